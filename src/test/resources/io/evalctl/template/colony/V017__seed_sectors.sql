insert into colony.sector (code, name, area_m2) values
  ('AA01', 'Habitat', 1200), ('AA02', 'Greenhouse', 3400.50), ('BB01', 'Mine', 88000), ('CC07', 'Réacteur; nord', 410);
