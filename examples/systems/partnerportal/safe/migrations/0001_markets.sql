CREATE TABLE markets (
    id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL
);

CREATE TABLE products (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    market_id   bigint NOT NULL REFERENCES markets,
    title       text NOT NULL,
    price_cents bigint NOT NULL,
    hidden      boolean NOT NULL DEFAULT false
);
CREATE INDEX ON products (market_id);

CREATE TABLE sales (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    market_id  bigint NOT NULL REFERENCES markets,
    product_id bigint NOT NULL REFERENCES products,
    cents      bigint NOT NULL,
    sold_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON sales (market_id);
