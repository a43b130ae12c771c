create table meter_reading (
  pump_id text    not null references pump,
  read_on date    not null,
  hours   integer not null check (hours >= 0),
  primary key (pump_id, read_on)
);
