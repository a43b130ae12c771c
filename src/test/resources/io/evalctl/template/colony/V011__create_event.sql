create table ops.event (
  event_id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  severity int not null check (severity between 1 and 5),
  body jsonb not null default '{}'
);
