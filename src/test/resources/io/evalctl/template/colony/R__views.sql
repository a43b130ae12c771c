create or replace view colony.scarce as
select r.name, b.sol, b.planned - b.used as slack
from colony.budget b join colony.resource r using (resource_id)
where b.used > b.planned * 0.9;
