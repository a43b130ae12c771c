create index person_sector_idx on colony.person (sector_id);
