create table work_order (
  id          integer generated always as identity primary key,
  pump_id     text not null references pump,
  done_on     date not null,
  kind        text not null check (kind in ('overhaul', 'oil', 'bearings', 'seal', 'packing')),
  meter_hours integer,
  remarks     text,
  unique (pump_id, done_on, kind)
);

comment on column work_order.meter_hours is 'hour meter when the work was finished, where it was noted';
