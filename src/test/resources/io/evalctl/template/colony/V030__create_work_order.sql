create table ops.work_order (
  work_order_id uuid primary key default gen_random_uuid(),
  vehicle_id int references ops.vehicle,
  opened_at timestamptz not null default now(),
  state text not null default 'open' check (state in ('open', 'waiting', 'done')),
  notes text
);
