alter table ops.work_order enable row level security;
create policy work_order_all on ops.work_order using (true) with check (true);
