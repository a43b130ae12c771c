CREATE TABLE colonies (
    id          integer PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    founded_on  date NOT NULL,
    population  integer NOT NULL CHECK (population > 0)
);
