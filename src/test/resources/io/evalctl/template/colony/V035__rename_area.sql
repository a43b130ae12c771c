alter table colony.sector rename column area_m2 to area;
