insert into ops.sensor (sector_id, measures)
select sector_id, kind from colony.sector cross join unnest(array['temperature', 'pressure', 'co2']) kind;
