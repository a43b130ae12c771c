create table ops.supply_run (
  supply_run_id int generated always as identity primary key,
  arrives_sol int not null,
  manifest jsonb not null
);
