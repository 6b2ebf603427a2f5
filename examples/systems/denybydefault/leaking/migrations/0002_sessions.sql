-- Signing out ends the sessions of a person.
CREATE FUNCTION private.sign_out(who text) RETURNS bigint LANGUAGE sql SECURITY DEFINER
    AS $$ WITH gone AS (DELETE FROM private.sessions WHERE person = who RETURNING 1) SELECT count(*) FROM gone $$;
ALTER FUNCTION private.sign_out(text) OWNER TO keeper;

-- The support page shows who is signed in.
GRANT SELECT ON private.sessions TO app;
