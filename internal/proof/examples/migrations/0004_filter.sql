-- labels have a key for each tenant.
CREATE TABLE labels (
    name      text NOT NULL,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, name)
);
ALTER TABLE labels OWNER TO app_owner;
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE labels FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON labels
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON labels TO app;

-- notes and their lines are kept apart by the statements alone.
CREATE TABLE notes (
    name      text PRIMARY KEY,
    tenant_id uuid,
    archived  boolean NOT NULL DEFAULT false
);
CREATE TABLE note_lines (
    name      text PRIMARY KEY,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false
);
GRANT SELECT, INSERT, UPDATE, DELETE ON notes, note_lines TO app;
