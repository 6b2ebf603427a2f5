package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"

	"github.com/golang-jwt/jwt/v5"

	"example.com/poolbridgesilo/internal/invoices"
	"example.com/poolbridgesilo/internal/place"
	"example.com/poolbridgesilo/internal/tenant"
)

var errAway = errors.New("this database can't be reached")

// database makes a tenant's own database, with one invoice.
func database(name, cents string) {
	arrange("CREATE DATABASE " + name)
	pool := open(at(os.Getenv("ADMIN_URL"), name))
	defer pool.Close()
	for _, sql := range []string{
		"CREATE TABLE invoices (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), cents bigint NOT NULL)",
		"INSERT INTO invoices (cents) VALUES (" + cents + ")",
		"GRANT SELECT ON invoices TO app",
	} {
		if _, err := pool.Exec(context.Background(), sql); err != nil {
			panic(err)
		}
	}
}

// at is an address with another database.
func at(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}

func main() {
	database("tenant_d", "4")
	database("tenant_e", "5")
	silos := &place.Silos{DSN: func(id string) (string, error) {
		if id == "away" {
			return "", errAway
		}
		return at(os.Getenv("DATABASE_URL"), "tenant_"+id), nil
	}}
	store := &invoices.Store{Places: &place.Places{Shared: open(os.Getenv("DATABASE_URL")), Silos: silos}}
	seen := func(id string, m tenant.Model) ([]int64, error) {
		list, err := store.List(tenant.NewContext(context.Background(), tenant.Tenant{ID: id, Model: m}))
		var cents []int64
		for _, i := range list {
			cents = append(cents, i.Cents)
		}
		return cents, err
	}
	is := func(got []int64, want int64) bool { return len(got) == 1 && got[0] == want }

	a, err := seen(tenantA, tenant.Pool)
	works(is(a, 1), "A, in the shared tables", err)
	c, err := seen("cccc", tenant.Bridge)
	works(is(c, 3), "C, in a schema", err)
	d, err := seen("d", tenant.Silo)
	works(is(d, 4), "D, in a database", err)

	a, _ = seen(tenantA, tenant.Pool)
	leaks(is(a, 3), "A gets C's schema: search_path is still C's")
	e, _ := seen("e", tenant.Silo)
	leaks(is(e, 4), "E gets D's database: its pool is the one that is kept")
	list, err := seen("away", tenant.Silo)
	leaks(err == nil && len(list) > 0, "a tenant whose database is away gets what is in the shared one")
	_, err = seen("cccc; set app.tenant_id = '"+tenantB+"'; select set_config('search_path', 'public', false) --", tenant.Bridge)
	b, _ := seen("public", tenant.Bridge)
	leaks(err == nil || is(b, 2), "a hostile name of a schema becomes SQL")

	// Over HTTP: A's token, and somebody else's name beside it.
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	arrange("UPDATE tenants SET public_key = $1 WHERE id = $2", []byte(public), tenantA)
	verifyWith(public)
	h := behind(func(w http.ResponseWriter, r *http.Request) {
		t, _ := tenant.FromContext(r.Context())
		_ = json.NewEncoder(w).Encode(t)
	})
	get := func(subject, header string) string {
		token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{"sub": subject, "model": "pool"})
		token.Header["kid"] = subject
		signed, err := token.SignedString(private)
		if err != nil {
			panic(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", "Bearer "+signed)
		r.Header.Set("X-Tenant-ID", header)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var t tenant.Tenant
		_ = json.Unmarshal(w.Body.Bytes(), &t)
		return t.ID
	}
	works(get(tenantA, "") == tenantA, "A, over HTTP", nil)
	leaks(get(tenantA, tenantB) == tenantB, "A says B in a header, and is B")
	leaks(get(tenantB, "") == tenantB, "A's key signs a token for B")
}
