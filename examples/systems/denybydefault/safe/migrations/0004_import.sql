-- The import from the old system goes company by company, as the application does.
ALTER TABLE contracts ADD COLUMN old_number text;
