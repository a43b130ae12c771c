create table ops.reading (
  sensor_id int not null references ops.sensor,
  at timestamptz not null,
  value double precision not null
) partition by range (at);
