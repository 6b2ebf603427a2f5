package driver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// client is a program that sends its SQL through a library which can't be seen
// to do so; the library is a module of its own, as one from elsewhere is.
const client = `
-- go.mod --
module example.com/shop

go 1.26.0

require example.com/db v1.0.0

replace example.com/db => ./third/db
-- db/migrations/0001_orders.sql --
CREATE TABLE orders (id bigint PRIMARY KEY, tenant_id uuid NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON orders USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
-- third/db/go.mod --
module example.com/db

go 1.26.0
-- third/db/db.go --
package db

type Client struct{ send func(string, ...any) error }

func Open(dsn string) *Client { return &Client{} }

func (c *Client) Select(dest any, query string, args ...any) error { return c.send(query, args...) }
-- orders/orders.go --
package orders

import "example.com/db"

type Store struct{ client *db.Client }

func (s Store) List() (ids []int64, err error) {
	err = s.client.Select(&ids, all)
	return ids, err
}
-- orders/text.go --
package orders

const all = "SELECT id FROM orders"
`

const clientAPI = `version: 1
apis:
  - type: "*example.com/db.Client"
    kind: pool
  - func: (*example.com/db.Client).Select
    sends: {text: 1, args: 2}
`

// TestAPIs declares a library in tenantvet.yaml, and holds that go vet's cache
// notices each change of it.
func TestAPIs(t *testing.T) {
	dir := program(t, client)
	config := filepath.Join(dir, "tenantvet.yaml")
	wrapper, starts := startsOf(t)
	found := func(want bool) {
		t.Helper()
		o := run(t, dir, "go", "vet", "-vettool="+wrapper, "./...")
		if has := strings.Contains(o.stderr, "orders/orders.go:8:"); has != want || (o.code != 0) != want {
			t.Fatalf("go vet: finding %v, exit code %d; want a finding: %v\n%s", has, o.code, want, o.stderr)
		}
		_, r := check(t, dir)
		if got := findings(r); (len(got) == 1 && got[0] == "orders/orders.go:8 rawpool") != want || !want && len(got) > 0 {
			t.Fatalf("the command line finds %q; want a finding: %v", got, want)
		}
	}
	found(false)
	write(t, config, clientAPI)
	found(true)
	starts()
	found(true)
	if units := starts(); len(units) > 0 {
		t.Errorf("an unchanged configuration is not served from the cache: %d starts", len(units))
	}
	write(t, config, strings.Replace(clientAPI, "kind: pool", "kind: scoped", 1))
	found(false)
	if err := os.Remove(config); err != nil {
		t.Fatal(err)
	}
	found(false)
}

// TestUnknownAPIs holds that a name that the libraries don't have is an error
// with its line, from the command line and from go vet.
func TestUnknownAPIs(t *testing.T) {
	dir := program(t, client)
	config := filepath.Join(dir, "tenantvet.yaml")
	for _, tt := range []struct {
		from, to, want string
		vet            bool // go vet sees it as well: the package is imported
	}{
		{".Select", ".Slect", "tenantvet.yaml:5:11: apis: (*example.com/db.Client).Slect: no such method", true},
		{".Select", ".select", "tenantvet.yaml:5:11: apis: (*example.com/db.Client).select: no such method; did you mean Select?", true},
		{"(*example.com/db.Client).Select", "(example.com/db.Client).Select", "tenantvet.yaml:5:11: apis: (example.com/db.Client).Select: it is (*example.com/db.Client).Select", true},
		{"db.Client\"", "db.Clients\"", "tenantvet.yaml:3:11: apis: *example.com/db.Clients: no such type; did you mean Client?", true},
		{"text: 1", "text: 2", "tenantvet.yaml:5:11: apis: (*example.com/db.Client).Select: the text is not argument 2; its type is func(dest any, query string, args ...any) error", true},
		{"args: 2", "args: 3", "the list of values is not argument 3", true},
		{"(*example.com/db.Client)", "(*example.com/dv.Client)", "tenantvet.yaml:5:11: apis: (*example.com/dv.Client).Select: no package example.com/dv in the build", false},
	} {
		write(t, config, strings.Replace(clientAPI, tt.from, tt.to, 1))
		o := run(t, dir, tool)
		if o.code != 2 || o.stdout != "" || !strings.Contains(o.stderr, tt.want) {
			t.Errorf("%s: exit code %d, want 2 and %q:\n%s%s", tt.to, o.code, tt.want, o.stdout, o.stderr)
		}
		if o := run(t, dir, "go", "vet", "-vettool="+tool, "./..."); tt.vet && (o.code == 0 || !strings.Contains(o.stderr, tt.want)) {
			t.Errorf("%s: go vet exits with %d, want a failure and %q:\n%s", tt.to, o.code, tt.want, o.stderr)
		}
	}
}
