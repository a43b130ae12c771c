INSERT INTO resources (code, unit, description) VALUES
    ('energy', 'kWh', 'battery charge'),
    ('water', 'l', 'drinking and process water'),
    ('oxygen', 'kg', 'breathing oxygen'),
    ('food', 'kg', 'dry food');

INSERT INTO colonies (id, name, founded_on, population) VALUES
    (1, 'Ares Valley', '2061-03-14', 48),
    (2, 'Hellas Rim', '2064-11-02', 17);

INSERT INTO stores (colony_id, resource, amount, capacity, reserve) VALUES
    (1, 'energy', 4200, 6000, 900),
    (1, 'water', 18000, 24000, 4000),
    (1, 'oxygen', 1900, 2500, 500),
    (1, 'food', 7400, 9000, 1500),
    (2, 'energy', 1600, 2000, 300),
    (2, 'water', 6100, 8000, 1200),
    (2, 'oxygen', 700, 900, 150),
    (2, 'food', 2500, 3000, 500);
