-- app is the application's login: unprivileged, owns nothing.
CREATE ROLE app LOGIN NOBYPASSRLS;
-- app_readonly is what app steps down to for reports.
CREATE ROLE app_readonly NOLOGIN NOBYPASSRLS;
GRANT app_readonly TO app;
-- app_support sees every tenant; that app may switch to it is what bypassrole is about.
CREATE ROLE app_support NOLOGIN BYPASSRLS;
GRANT app_support TO app;
-- app_batch works for all tenants; GRANT lets it step down.
CREATE ROLE app_batch LOGIN BYPASSRLS;
GRANT app_readonly TO app_batch;
-- app_owner owns the tables. Programs that migrate themselves log in as such a role.
CREATE ROLE app_owner LOGIN NOBYPASSRLS;
-- Logins that hosting providers hand out.
CREATE ROLE service_role LOGIN BYPASSRLS;
CREATE ROLE neondb_owner LOGIN BYPASSRLS;
