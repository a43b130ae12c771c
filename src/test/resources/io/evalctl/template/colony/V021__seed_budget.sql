insert into colony.budget (resource_id, sol, planned, used)
select resource_id, sol, 50 + sol, 45 + sol % 7
from colony.resource cross join generate_series(1, 30) sol;
