create procedure colony.transfer(from_sector int, to_sector int, what int, amount numeric)
language plpgsql as $$
begin
  update colony.stock set quantity = quantity - amount where sector_id = from_sector and resource_id = what;
  update colony.stock set quantity = quantity + amount where sector_id = to_sector and resource_id = what;
end
$$;
