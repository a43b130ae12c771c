create table ops.shift (
  person_id int not null references colony.person,
  during tsrange not null
);
create sequence ops.ticket_number start 1000;
