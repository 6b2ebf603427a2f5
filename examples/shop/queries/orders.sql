-- name: ListOrders :many
SELECT id, customer_id, status, total_cents, created_at
FROM orders ORDER BY created_at DESC LIMIT $1;

-- name: GetOrder :one
SELECT id, customer_id, status, total_cents, created_at FROM orders WHERE id = $1;

-- name: CreateOrder :one
INSERT INTO orders (customer_id) VALUES ($1) RETURNING id;

-- name: AddOrderItem :exec
INSERT INTO order_items (order_id, product_id, quantity, price_cents)
VALUES ($1, $2, $3, $4);

-- name: SetOrderTotal :exec
UPDATE orders SET total_cents = $2 WHERE id = $1;

-- name: SetOrderStatus :execrows
UPDATE orders SET status = $2 WHERE id = $1;

-- name: CreateInvoice :one
INSERT INTO invoices (order_id, amount_cents) VALUES ($1, $2) RETURNING id;

-- name: ListUnpaidInvoices :many
SELECT id, order_id, amount_cents, issued_at FROM invoices
WHERE paid_at IS NULL ORDER BY issued_at;
