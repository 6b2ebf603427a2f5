package shop_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/billing"
	"example.com/shop/internal/reporting"
	"example.com/shop/internal/tenant"
	"example.com/shop/internal/worker"
)

// TestLeaks shows what LEAKS.md says: what goes wrong in the shop as it is, and
// that it goes right when fixes/ is applied (SHOP_FIXED=1). The leaks of
// servicerole and clientsecret need a Supabase project and are left out. Shop C
// is at work; D is the other one.
func TestLeaks(t *testing.T) {
	pool, h := openShop(t)
	ctx := t.Context()
	fixed := os.Getenv("SHOP_FIXED") != ""
	check := func(rule string, leaks, works bool) {
		t.Helper()
		if fixed && !works {
			t.Errorf("%s: fixed, and still does not work", rule)
		}
		if !fixed && !leaks {
			t.Errorf("%s: does not go wrong", rule)
		}
	}

	call(t, h, "key-c", "POST", "/products/import", "T-1,Teapot,2500,3\nT-2,Tray,900,10\n", http.StatusNoContent, nil)
	var products []struct{ ID string }
	call(t, h, "key-c", "GET", "/products", "", http.StatusOK, &products)
	var customer, created struct{ ID string }
	const carl = `{"email": "carl@example.com", "name": "Carl"}`
	call(t, h, "key-c", "POST", "/customers", carl, http.StatusCreated, &customer)
	call(t, h, "key-c", "POST", "/orders",
		`{"customer_id": "`+customer.ID+`", "items": [{"product_id": "`+products[0].ID+`", "quantity": 2}]}`,
		http.StatusCreated, &created)

	var order struct {
		TotalCents int64
		Status     string
	}
	call(t, h, "key-c", "GET", "/orders/"+created.ID, "", http.StatusOK, &order)
	check("outerhandle", order.TotalCents == 0, order.TotalCents == 5000)

	call(t, h, "key-c", "PUT", "/orders/"+created.ID+"/status?to=packed", "", http.StatusNoContent, nil)
	call(t, h, "key-c", "GET", "/orders/"+created.ID, "", http.StatusOK, &order)
	check("droppedtx", order.Status == "open", order.Status == "packed")
	call(t, h, "key-c", "PUT", "/orders/"+created.ID+"/status?to=open", "", http.StatusNoContent, nil)

	var board struct {
		OpenOrders int64 `json:"open_orders"`
	}
	call(t, h, "key-c", "GET", "/dashboard", "", http.StatusOK, &board)
	check("rawpool", board.OpenOrders == 0, board.OpenOrders == 1)

	var link struct{ URL string }
	call(t, h, "key-d", "GET", "/export-link", "", http.StatusOK, &link)
	status := exportAs(t, h, link.URL, shopOf(t, pool, "c"))
	check("formattedset", status == http.StatusOK, status == http.StatusForbidden)

	var repriced struct{ Changed int }
	call(t, h, "key-c", "POST", "/products/reprice?percent=10", "", http.StatusOK, &repriced)
	check("lostcontext", repriced.Changed == 0, repriced.Changed == 2)

	status = http.StatusCreated
	if !fixed {
		status = http.StatusConflict // D learns that C has this customer
	}
	call(t, h, "key-d", "POST", "/customers", carl, status, nil)

	status = send(h, "key-c", "POST", "/customers/import", "cleo@example.com,Cleo\n")
	check("copyintorls", status == http.StatusInternalServerError, status == http.StatusNoContent)

	var low []struct{ SKU string }
	call(t, h, "key-d", "GET", "/stock/low", "", http.StatusOK, &low)
	check("rlsbypassstmt", len(low) > 0, len(low) == 0) // D has no products

	var seen int
	err := tenant.WithTenant(ctx, pool, shopOf(t, pool, "d"), func(ctx context.Context, tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT count(*) FROM low_stock").Scan(&seen)
	})
	if err != nil {
		t.Fatal(err)
	}
	check("definerview", seen > 0, seen == 0)

	// One statement, which becomes shop C on the way.
	hostile := "x%' UNION ALL SELECT title FROM (SELECT set_config('app.tenant_id', '" + shopOf(t, pool, "c").String() +
		"', true) AS title) s WHERE title = '' UNION ALL SELECT title FROM products --"
	var titles []string
	call(t, h, "key-d", "GET", "/products/search?q="+url.QueryEscape(hostile), "", http.StatusOK, &titles)
	check("formattedsql", len(titles) > 0, len(titles) == 0)

	call(t, h, "key-c", "PUT", "/vouchers/WELCOME?cents=500", "", http.StatusNoContent, nil)
	status = send(h, "key-d", "PUT", "/vouchers/WELCOME?cents=900", "")
	check("upsertoracle", status == http.StatusInternalServerError, status == http.StatusNoContent)

	call(t, h, "key-c", "PUT", "/vouchers/SUMMER?cents=500", "", http.StatusNoContent, nil)
	err = tenant.WithTenant(ctx, pool, shopOf(t, pool, "d"), func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO vouchers (code, cents) VALUES ('SUMMER', 900)")
		return err
	})
	check("globalunique", err != nil, err == nil)

	status = get(h, "/orders/late", "key-c")
	check("brokensql", status == http.StatusInternalServerError, status == http.StatusOK)

	status = get(h, "/orders/today?shop="+shopOf(t, pool, "c").String(), "key-d")
	check("untrustedtenant", status == http.StatusOK, status == http.StatusForbidden)

	reports, err := reporting.Open(os.Getenv("SHOP_DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	defer reports.Close()
	_, err = reports.Revenue(ctx, shopOf(t, pool, "c"), time.Now().Add(-time.Hour))
	check("boundset", err != nil, err == nil)
	count, err := reports.Orders(ctx, shopOf(t, pool, "c"), time.Now().Add(-time.Hour))
	check("unsetcontext", err == nil && count == 0, err == nil && count > 0)
	if best, err := reports.BestSellers(ctx, shopOf(t, pool, "c"), 10); err != nil || len(best) != 1 {
		t.Errorf("best sellers: %v, %v, want one", best, err)
	}

	// The invoice that the order asked for, then the job that expires it.
	jobs := worker.New(pool)
	for _, kind := range []string{"invoice", "expire"} {
		if kind == "expire" {
			_, err := pool.Exec(ctx, "INSERT INTO jobs (tenant_id, kind, order_id) VALUES ($1, 'expire', $2)", shopOf(t, pool, "c"), created.ID)
			if err != nil {
				t.Fatal(err)
			}
		}
		if worked, err := jobs.Next(ctx); err != nil || !worked {
			t.Fatalf("%s: worked %v, %v", kind, worked, err)
		}
	}
	call(t, h, "key-c", "GET", "/orders/"+created.ID, "", http.StatusOK, &order)
	check("unscopedtx", order.Status == "open", order.Status == "expired")

	check("sessioncontext", soiled(t) != "", soiled(t) == "")
}

// soiled writes the monthly statements and returns the shop in whose context
// the next user of the connection works.
func soiled(t *testing.T) (shop string) {
	t.Helper()
	config, err := pgxpool.ParseConfig(os.Getenv("SHOP_DATABASE_URL"))
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var out bytes.Buffer
	if err := billing.Statements(t.Context(), pool, &out); err != nil {
		t.Fatal(err)
	}
	if out.Len() == 0 {
		t.Error("no statement of the unpaid invoice")
	}
	if err := pool.QueryRow(t.Context(), "SELECT coalesce(current_setting('app.tenant_id', true), '')").Scan(&shop); err != nil {
		t.Fatal(err)
	}
	return shop
}

// exportAs opens an export link after another shop was written into it.
func exportAs(t *testing.T, h http.Handler, link string, shop uuid.UUID) int {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("shop", shop.String())
	return get(h, u.Path+"?"+query.Encode(), "")
}

func shopOf(t *testing.T, pool *pgxpool.Pool, slug string) (id uuid.UUID) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), "SELECT id FROM tenants WHERE slug = $1", slug).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}
