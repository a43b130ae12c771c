create table ops.mission (
  mission_id int generated always as identity primary key,
  title text not null,
  leader_id int not null references colony.person,
  vehicle_id int references ops.vehicle,
  starts_sol int not null,
  ends_sol int,
  check (ends_sol is null or ends_sol >= starts_sol)
);
