-- Planned and actual use of a resource on one sol.
CREATE TABLE budget (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    colony_id  integer NOT NULL REFERENCES colonies,
    resource   text NOT NULL REFERENCES resources,
    sol        integer NOT NULL CHECK (sol > 0),
    planned    numeric(12, 2) NOT NULL CHECK (planned >= 0),
    actual     numeric(12, 2) CHECK (actual >= 0),
    UNIQUE (colony_id, resource, sol)
);
