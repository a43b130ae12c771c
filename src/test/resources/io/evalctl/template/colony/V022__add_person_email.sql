alter table colony.person add column email text;
update colony.person set email = lower(replace(full_name, ' ', '.')) || '@colony.example';
alter table colony.person alter column email set not null;
