create table ops.vehicle (
  vehicle_id int generated always as identity primary key,
  call_sign text not null unique,
  kind text not null check (kind in ('rover', 'hauler', 'drone')),
  range_km numeric(8, 1) not null
);
