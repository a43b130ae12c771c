create index on ops.reading (sensor_id, at);
