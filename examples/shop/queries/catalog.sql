-- name: ListProducts :many
SELECT id, sku, title, price_cents, stock FROM products ORDER BY sku;

-- name: GetProduct :one
SELECT id, sku, title, price_cents, stock FROM products WHERE id = $1;

-- name: CreateProduct :one
INSERT INTO products (sku, title, price_cents, stock)
VALUES ($1, $2, $3, $4)
RETURNING id;

-- name: TakeStock :execrows
UPDATE products SET stock = stock - sqlc.arg(quantity)::integer
WHERE id = $1 AND stock >= sqlc.arg(quantity)::integer;

-- name: CreateCustomer :one
INSERT INTO customers (email, name) VALUES ($1, $2) RETURNING id;
