insert into ops.vehicle (call_sign, kind, range_km) values ('Dusty', 'rover', 140), ('Ox', 'hauler', 60.5), ('Wren', 'drone', 12);
