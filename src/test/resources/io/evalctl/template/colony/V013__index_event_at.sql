create index event_at_idx on ops.event using brin (at);
