create table colony.resource (
  resource_id int generated always as identity primary key,
  name text not null unique,
  unit text not null,
  critical boolean not null default false
);
