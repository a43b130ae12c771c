CREATE TYPE severity AS ENUM ('notice', 'warning', 'critical');

CREATE TABLE alerts (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    colony_id    integer NOT NULL REFERENCES colonies,
    resource     text NOT NULL REFERENCES resources,
    severity     severity NOT NULL,
    message      text NOT NULL,
    raised_at    timestamptz NOT NULL,
    resolved_at  timestamptz,
    resolution   text,
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);
