CREATE ROLE app LOGIN;

CREATE TABLE tenants (
    id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name   text NOT NULL,
    active boolean NOT NULL DEFAULT true
);

-- Made when there was one customer. internal/isolation adds the tenant.
CREATE TABLE projects (
    id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    name     text NOT NULL
);

CREATE TABLE tasks (
    id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    title    text NOT NULL,
    done     boolean NOT NULL DEFAULT false
);

CREATE TABLE comments (
    id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner_id uuid NOT NULL,
    body     text NOT NULL
);

GRANT SELECT ON tenants TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON projects, tasks, comments TO app;
