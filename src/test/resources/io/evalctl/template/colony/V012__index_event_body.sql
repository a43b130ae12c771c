create index event_body_idx on ops.event using gin (body jsonb_path_ops);
