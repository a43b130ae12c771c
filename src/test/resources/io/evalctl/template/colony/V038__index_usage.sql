create unique index usage_name_key on colony.usage (name);
