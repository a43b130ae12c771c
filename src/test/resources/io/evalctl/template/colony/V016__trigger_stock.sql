create trigger stock_logged after insert or update or delete on colony.stock
  for each row execute function ops.log_change();
