-- Who belongs to which tenant: known before any context is set.
CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE members (
    email     text NOT NULL,
    tenant_id uuid NOT NULL REFERENCES tenants,
    PRIMARY KEY (email, tenant_id)
);
INSERT INTO tenants VALUES ('aaaaaaaa-0000-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002');
INSERT INTO members VALUES ('anna@example.com', 'aaaaaaaa-0000-4000-8000-000000000001');
GRANT SELECT ON tenants, members TO app;
