CREATE TABLE orders (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    colony_id   integer NOT NULL REFERENCES colonies,
    resource    text NOT NULL REFERENCES resources,
    amount      numeric(12, 2) NOT NULL CHECK (amount > 0),
    reason      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (colony_id, resource)
);
