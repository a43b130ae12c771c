-- How many sols a store lasts at the mean use of the last seven sols on record, down to its reserve.
CREATE VIEW outlook AS
WITH recent AS (
    SELECT colony_id, resource, actual,
           row_number() OVER (PARTITION BY colony_id, resource ORDER BY sol DESC) AS nth
    FROM budget
    WHERE actual IS NOT NULL
), daily AS (
    SELECT colony_id, resource, avg(actual) AS daily_use
    FROM recent
    WHERE nth <= 7
    GROUP BY colony_id, resource
)
SELECT c.name AS colony, s.colony_id, s.resource, s.amount, s.reserve, s.capacity,
       round(d.daily_use, 2) AS daily_use,
       CASE WHEN d.daily_use > 0
            THEN round(greatest(s.amount - s.reserve, 0) / d.daily_use, 1)
       END AS sols_left
FROM stores s
JOIN colonies c ON c.id = s.colony_id
LEFT JOIN daily d USING (colony_id, resource);
