create table colony.sector (
  sector_id int generated always as identity primary key,
  code text not null unique check (code ~ '^[A-Z]{2}[0-9]{2}$'),
  name text not null,
  area_m2 numeric(12, 2) not null check (area_m2 > 0)
);
