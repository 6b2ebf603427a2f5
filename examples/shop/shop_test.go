// Package shop_test tries the shop as its users do, on a database to which the
// migrations were applied and that has the shops a to d, with the API keys key-a
// to key-d. SHOP_DATABASE_URL names it.
package shop_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/shop/internal/httpapi"
	"example.com/shop/internal/media"
	"example.com/shop/internal/worker"
)

func openShop(t *testing.T) (*pgxpool.Pool, http.Handler) {
	t.Helper()
	url := os.Getenv("SHOP_DATABASE_URL")
	if url == "" {
		t.Skip("SHOP_DATABASE_URL is not set")
	}
	pool, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool, httpapi.New(pool, media.FromEnv(), []byte("test")).Handler()
}

// call sends a request as the owner of an API key and decodes the answer into out.
func call(t *testing.T, h http.Handler, key, method, path, body string, wantStatus int, out any) {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	text, err := io.ReadAll(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	if rec.Code != wantStatus {
		t.Fatalf("%s %s: status %d, want %d: %s", method, path, rec.Code, wantStatus, text)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
}

func send(h http.Handler, key, method, path, body string) (status int) {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+key)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec.Code
}

func get(h http.Handler, path, key string) (status int) {
	req := httptest.NewRequest("GET", path, nil)
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec.Code
}

func TestOrderStaysInItsShop(t *testing.T) {
	pool, h := openShop(t)

	call(t, h, "key-a", "POST", "/products/import", "T-1,Teapot,2500,3\nT-2,Tray,900,10\n", http.StatusNoContent, nil)
	var products []struct{ ID, Sku string }
	call(t, h, "key-a", "GET", "/products", "", http.StatusOK, &products)
	if len(products) != 2 || products[0].Sku != "T-1" {
		t.Fatalf("products of A: %v", products)
	}
	var customer, order struct{ ID string }
	call(t, h, "key-a", "POST", "/customers", `{"email": "ann@example.com", "name": "Ann"}`, http.StatusCreated, &customer)
	call(t, h, "key-a", "POST", "/orders",
		`{"customer_id": "`+customer.ID+`", "items": [{"product_id": "`+products[0].ID+`", "quantity": 2}]}`,
		http.StatusCreated, &order)

	if worked, err := worker.New(pool).Next(t.Context()); err != nil || !worked {
		t.Fatalf("invoicing: worked %v, %v", worked, err)
	}
	var orders []struct{ ID string }
	call(t, h, "key-a", "GET", "/orders", "", http.StatusOK, &orders)
	if len(orders) != 1 || orders[0].ID != order.ID {
		t.Errorf("orders of A: %v, want %s", orders, order.ID)
	}

	call(t, h, "key-b", "GET", "/orders/"+order.ID, "", http.StatusNotFound, nil)
	call(t, h, "key-b", "GET", "/orders", "", http.StatusOK, &orders)
	if len(orders) != 0 {
		t.Errorf("B sees orders of A: %v", orders)
	}
	call(t, h, "key-b", "GET", "/products", "", http.StatusOK, &products)
	if len(products) != 0 {
		t.Errorf("B sees products of A: %v", products)
	}
}

func TestPlatformTablesNeedNoTenant(t *testing.T) {
	_, h := openShop(t)
	var plans []struct{ Name string }
	call(t, h, "", "GET", "/plans", "", http.StatusOK, &plans)
	if len(plans) != 2 {
		t.Errorf("plans: %v, want 2", plans)
	}
	call(t, h, "", "GET", "/orders", "", http.StatusUnauthorized, nil)
	call(t, h, "key-x", "GET", "/orders", "", http.StatusUnauthorized, nil)
}
