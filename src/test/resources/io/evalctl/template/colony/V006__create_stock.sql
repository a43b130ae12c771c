create table colony.stock (
  sector_id int not null references colony.sector,
  resource_id int not null references colony.resource,
  quantity numeric(14, 3) not null default 0 check (quantity >= 0),
  primary key (sector_id, resource_id)
);
