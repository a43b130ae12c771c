create table ops.sensor (
  sensor_id int generated always as identity primary key,
  sector_id int not null references colony.sector,
  measures text not null
);
