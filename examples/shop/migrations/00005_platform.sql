-- +goose Up
-- The work queue belongs to the platform: a worker takes whatever is due and
-- then works in the context of the job's shop.
CREATE TABLE jobs (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES tenants,
    kind      text NOT NULL,
    order_id  uuid,
    run_at    timestamptz NOT NULL DEFAULT now(),
    done_at   timestamptz
);
GRANT SELECT, INSERT, UPDATE ON jobs TO shop_app;

CREATE TABLE api_keys (
    key_hash  text PRIMARY KEY,
    tenant_id uuid NOT NULL DEFAULT NULLIF(current_setting('app.tenant_id', true), '')::uuid REFERENCES tenants
);
CREATE INDEX ON api_keys (tenant_id);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON api_keys
    USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON api_keys TO shop_app;

-- Logging in comes before the tenant is known: one key in, one tenant out.
CREATE FUNCTION resolve_api_key(hash text) RETURNS TABLE (tenant_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp
    AS $$ SELECT k.tenant_id FROM api_keys k WHERE k.key_hash = hash $$;
GRANT SELECT ON api_keys TO shop_support;
ALTER FUNCTION resolve_api_key(text) OWNER TO shop_support;
REVOKE ALL ON FUNCTION resolve_api_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_api_key(text) TO shop_app;

-- Changes all prices of the current shop; runs with the caller's rights.
CREATE FUNCTION reprice_products(percent integer) RETURNS bigint
    LANGUAGE sql
    AS $$
        WITH changed AS (
            UPDATE products SET price_cents = price_cents * (100 + percent) / 100 RETURNING 1
        )
        SELECT count(*) FROM changed
    $$;

-- +goose Down
DROP FUNCTION reprice_products(integer);
DROP FUNCTION resolve_api_key(text);
DROP TABLE api_keys;
DROP TABLE jobs;
