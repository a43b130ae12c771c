create function ops.log_change() returns trigger language plpgsql as $body$
begin
  insert into ops.event (severity, body)
  values (1, jsonb_build_object('table', tg_table_name, 'op', tg_op));
  return coalesce(new, old);
end;
$body$;
