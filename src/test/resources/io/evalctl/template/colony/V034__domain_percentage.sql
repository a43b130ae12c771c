create domain colony.percentage as numeric check (value between 0 and 100);
alter table colony.resource add column reserve colony.percentage not null default 10;
