CREATE TABLE notes (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    company_id uuid NOT NULL REFERENCES companies,
    body       text NOT NULL
);
CREATE INDEX ON notes (company_id);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE notes FORCE ROW LEVEL SECURITY;
CREATE POLICY company ON notes USING (company_id = private.company());
GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO app;
