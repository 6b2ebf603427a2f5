GRANT SELECT, INSERT ON markets, products, sales TO app;
INSERT INTO markets (name) VALUES ('A'), ('B');
INSERT INTO products (market_id, title, price_cents) VALUES (1, 'a''s tea', 5), (2, 'b''s tea', 5), (2, 'b''s sample', 0);
INSERT INTO sales (market_id, product_id, cents) VALUES (1, 1, 5), (2, 1, 7), (2, 2, 70);
