insert into colony.person (full_name, role, arrived_on, sector_id)
select 'Colonist ' || n, (enum_range(null::colony.role))[1 + n % 5], date '2041-03-01' + n, 1 + n % 4
from generate_series(1, 120) n;
