insert into ops.reading
select sensor_id, timestamptz '2041-06-01 00:00Z' + make_interval(hours => h), 20 + sin(h) * sensor_id
from ops.sensor cross join generate_series(0, 47) h;
