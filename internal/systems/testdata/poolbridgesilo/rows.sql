-- A shares tables, B and D have schemas, C and E databases.
INSERT INTO tenants VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 'pool', ''),
    ('bbbbbbbb-0000-4000-8000-000000000002', 'pool', ''),
    ('cccccccc-0000-4000-8000-000000000003', 'bridge', '');
INSERT INTO invoices (tenant_id, cents) VALUES
    ('aaaaaaaa-0000-4000-8000-000000000001', 1),
    ('bbbbbbbb-0000-4000-8000-000000000002', 2);
CREATE SCHEMA "tenant_cccc";
CREATE TABLE tenant_cccc.invoices (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), cents bigint NOT NULL);
INSERT INTO tenant_cccc.invoices (cents) VALUES (3);
GRANT USAGE ON SCHEMA tenant_cccc TO app;
GRANT SELECT, INSERT ON tenant_cccc.invoices TO app;
