-- Functions set the context for those who call them.
CREATE SCHEMA ctx;
CREATE FUNCTION ctx.enter(p_tenant uuid, p_user uuid DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p_tenant IS NULL THEN
        RAISE EXCEPTION 'no tenant';
    END IF;
    PERFORM set_config('app.tenant_id', p_tenant::text, true);
    IF p_user IS NOT NULL THEN
        PERFORM set_config('app.user_id', p_user::text, true);
    END IF;
END;
$$;
CREATE FUNCTION enter_by_text(tenant text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL app.tenant_id = %L', tenant);
END;
$$;
CREATE FUNCTION enter_session(tenant text) RETURNS text LANGUAGE sql AS $$
    SELECT set_config('app.tenant_id', $1, false);
$$;
CREATE FUNCTION leave_session() RETURNS void LANGUAGE sql AS $$
    SELECT set_config('app.tenant_id', '', false);
$$;
CREATE FUNCTION enter_if(tenant text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF tenant = '' THEN
        RETURN;
    END IF;
    PERFORM set_config('app.tenant_id', tenant, true);
END;
$$;
CREATE FUNCTION enter_within(tenant text) RETURNS void LANGUAGE plpgsql SET app.tenant_id = '' AS $$
BEGIN
    PERFORM set_config('app.tenant_id', tenant, true);
END;
$$;
CREATE FUNCTION enter_or_not(tenant uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.tenant_id', tenant::text, true);
    PERFORM 1 / 0;
EXCEPTION WHEN OTHERS THEN
    NULL;
END;
$$;
