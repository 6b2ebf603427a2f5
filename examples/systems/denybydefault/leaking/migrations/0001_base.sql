CREATE ROLE app LOGIN;
CREATE SCHEMA private;

CREATE TABLE companies (
    id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL
);

CREATE TABLE contracts (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    company_id uuid NOT NULL REFERENCES companies,
    title      text NOT NULL
);
CREATE INDEX ON contracts (company_id);

CREATE TABLE invoices (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    company_id   uuid NOT NULL REFERENCES companies,
    amount_cents bigint NOT NULL
);
CREATE INDEX ON invoices (company_id);

CREATE TABLE private.sessions (
    token_hash text PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES public.companies,
    person     text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE private.one_time_codes (
    code_hash  text PRIMARY KEY,
    company_id uuid NOT NULL REFERENCES public.companies
);

CREATE FUNCTION private.company() RETURNS uuid LANGUAGE sql STABLE
    AS $$ SELECT NULLIF(current_setting('app.company_id', true), '')::uuid $$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['public.contracts', 'public.invoices', 'private.sessions', 'private.one_time_codes'] LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY company ON %s USING (company_id = private.company())', t);
    END LOOP;
END $$;

-- The keeper owns what asks the private tables: no policy stands between it and them.
CREATE ROLE keeper NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA private TO app, keeper;
GRANT SELECT, DELETE ON private.sessions TO keeper;
GRANT EXECUTE ON FUNCTION private.company() TO app;

-- Opened one by one.
GRANT SELECT, INSERT, UPDATE, DELETE ON contracts, invoices TO app;
