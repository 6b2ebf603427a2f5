-- Signing out ends the sessions of a person of one's own company.
CREATE FUNCTION private.sign_out(who text) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ WITH gone AS (DELETE FROM private.sessions WHERE person = who AND company_id = private.company() RETURNING 1) SELECT count(*) FROM gone $$;
ALTER FUNCTION private.sign_out(text) OWNER TO keeper;

-- The support page shows who is signed in, of one's own company.
CREATE FUNCTION private.signed_in() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT person FROM private.sessions WHERE expires_at > now() AND company_id = private.company() $$;
ALTER FUNCTION private.signed_in() OWNER TO keeper;

REVOKE EXECUTE ON FUNCTION private.sign_out(text), private.signed_in() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION private.sign_out(text), private.signed_in() TO app;
