create function colony.balance(wanted text) returns numeric
language sql stable
as $$
  select coalesce(sum(s.quantity), 0)
  from colony.stock s join colony.resource r using (resource_id)
  where r.name = wanted;
$$;
