-- +goose Up
CREATE TABLE countries (
    code text PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE plans (
    id           text PRIMARY KEY,
    name         text NOT NULL,
    max_products integer NOT NULL,
    price_cents  bigint NOT NULL
);

INSERT INTO countries (code, name) VALUES
    ('AT', 'Austria'), ('CH', 'Switzerland'), ('DE', 'Germany');
INSERT INTO plans (id, name, max_products, price_cents) VALUES
    ('starter', 'Starter', 100, 1900), ('pro', 'Pro', 10000, 9900);

-- Every shop on the platform; read before it is known whose request it is.
CREATE TABLE tenants (
    id           uuid PRIMARY KEY,
    slug         text NOT NULL UNIQUE,
    name         text NOT NULL,
    plan_id      text NOT NULL REFERENCES plans,
    country_code text NOT NULL REFERENCES countries
);

GRANT SELECT ON countries, plans, tenants TO shop_app, shop_support;

-- +goose Down
DROP TABLE tenants;
DROP TABLE plans;
DROP TABLE countries;
