CREATE ROLE app LOGIN NOBYPASSRLS;

CREATE TABLE orders (
    name      text PRIMARY KEY,
    tenant_id uuid NOT NULL,
    archived  boolean NOT NULL DEFAULT false
);
CREATE TABLE order_lines (
    name      text PRIMARY KEY,
    tenant_id uuid NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders, order_lines TO app;
