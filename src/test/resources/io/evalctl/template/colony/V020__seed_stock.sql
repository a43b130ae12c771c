insert into colony.stock (sector_id, resource_id, quantity)
select sector_id, resource_id, 100 * sector_id + resource_id
from colony.sector cross join colony.resource;
