create table pump (
  id        text primary key,
  kind      text not null check (kind in ('river', 'borehole', 'booster')),
  installed date not null
);
