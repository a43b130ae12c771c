insert into colony.resource (name, unit, critical) values
  ('water', 'l', true), ('oxygen', 'kg', true), ('energy', 'kWh', true), ('steel', 't', false), ('seeds', 'kg', false);
