CREATE TABLE sales (
    id bigint PRIMARY KEY,
    market_id bigint NOT NULL,
    number text NOT NULL UNIQUE,
    cents bigint NOT NULL
);

CREATE TABLE users (
    id bigint PRIMARY KEY,
    market_id bigint NOT NULL,
    email text NOT NULL UNIQUE,
    hash text NOT NULL
);
