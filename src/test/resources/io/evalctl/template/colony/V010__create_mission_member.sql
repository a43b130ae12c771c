create table ops.mission_member (
  mission_id int references ops.mission on delete cascade,
  person_id int references colony.person,
  primary key (mission_id, person_id)
);
