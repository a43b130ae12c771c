create table ops.reading_2041 partition of ops.reading for values from ('2041-01-01') to ('2042-01-01');
create table ops.reading_rest partition of ops.reading default;
