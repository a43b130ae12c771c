create materialized view colony.usage as
select r.name, sum(b.planned) as planned, sum(b.used) as used
from colony.budget b join colony.resource r using (resource_id)
group by r.name;
