comment on table colony.budget is 'What a sol may cost, and did; ''used'' is measured';
comment on column colony.stock.quantity is 'In the resource''s unit';
