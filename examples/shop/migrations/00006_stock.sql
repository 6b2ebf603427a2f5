-- +goose Up
-- What the buyers look at in the morning.
CREATE VIEW low_stock AS
    SELECT sku, title, stock FROM products WHERE stock < 5;
GRANT SELECT ON low_stock TO shop_app;

-- +goose Down
DROP VIEW low_stock;
