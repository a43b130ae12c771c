-- Every change of a store leaves a row, whoever makes it.
CREATE TABLE movements (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    colony_id  integer NOT NULL,
    resource   text NOT NULL,
    change     numeric(12, 2) NOT NULL,
    moved_at   timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION record_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.amount <> OLD.amount THEN
        INSERT INTO movements (colony_id, resource, change)
        VALUES (NEW.colony_id, NEW.resource, NEW.amount - OLD.amount);
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER stores_movement AFTER UPDATE ON stores
    FOR EACH ROW EXECUTE FUNCTION record_movement();
