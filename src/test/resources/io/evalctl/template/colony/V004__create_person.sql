create type colony.role as enum ('engineer', 'medic', 'pilot', 'botanist', 'miner');
create table colony.person (
  person_id int generated always as identity primary key,
  full_name text not null,
  role colony.role not null,
  arrived_on date not null,
  sector_id int references colony.sector
);
