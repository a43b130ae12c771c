CREATE INDEX budget_by_sol ON budget (colony_id, sol);
CREATE INDEX alerts_open ON alerts (colony_id, resource) WHERE resolved_at IS NULL;
