-- name: ListPlans :many
SELECT id, name, max_products, price_cents FROM plans ORDER BY price_cents;

-- name: ListCountries :many
SELECT code, name FROM countries ORDER BY name;

-- name: GetTenantBySlug :one
SELECT id, slug, name, plan_id, country_code FROM tenants WHERE slug = $1;

-- name: ListTenants :many
SELECT id, slug, name, plan_id, country_code FROM tenants ORDER BY slug;

-- name: EnqueueJob :exec
INSERT INTO jobs (tenant_id, kind, order_id) VALUES ($1, $2, $3);

-- name: TakeJob :one
SELECT id, tenant_id, kind, order_id FROM jobs
WHERE done_at IS NULL AND run_at <= now()
ORDER BY run_at LIMIT 1
FOR UPDATE SKIP LOCKED;

-- name: FinishJob :exec
UPDATE jobs SET done_at = now() WHERE id = $1;
