create table colony.budget (
  budget_id int generated always as identity primary key,
  resource_id int not null references colony.resource,
  sol int not null check (sol > 0),
  planned numeric(14, 3) not null,
  used numeric(14, 3) not null default 0,
  unique (resource_id, sol)
);
