create schema colony;
create schema ops;
comment on schema ops is 'Things that happen';
