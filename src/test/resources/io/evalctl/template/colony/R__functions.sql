create or replace function colony.head_count() returns bigint language sql stable
as $$ select count(*) from colony.person; $$;
