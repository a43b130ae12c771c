-- What a colony holds of a resource, how much fits, and how much it must never go below.
CREATE TABLE stores (
    colony_id  integer NOT NULL REFERENCES colonies,
    resource   text NOT NULL REFERENCES resources,
    amount     numeric(12, 2) NOT NULL CHECK (amount >= 0),
    capacity   numeric(12, 2) NOT NULL CHECK (capacity > 0),
    reserve    numeric(12, 2) NOT NULL CHECK (reserve >= 0),
    PRIMARY KEY (colony_id, resource),
    CHECK (amount <= capacity),
    CHECK (reserve < capacity)
);
