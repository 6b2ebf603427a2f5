package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	const text = `# what the analyzer can't know
version: 1
tenant:
  columns: [tenant_id]
  settings:
    - App.Tenant_ID
  tables: [billing.orders, "Audit"]
  verified:
    internal/auth.Verifier.Verify: it checks the signature
schema:
  - db/migrations
  - ../dumps/*.sql
shared: [countries]
packages:
  privileged: [./cmd/admin/...]
  client: [./cmd/desktop]
rules:
  rawpool: true
  boundset: false
tests: true
handles:
  privileged:
    internal/store.Store.ownerPool: sign-in knows no tenant yet
apis:
  - type: "*example.com/db.Client"
    kind: pool
  - func: (*example.com/db.Client).Select
    sends: {text: 2, args: 3}
    handle: receiver
  - {func: example.com/db.InTenant, handle: 0, calls: {func: 2, kind: scoped}}
  - func: example.com/db.SetTenant
    scopes: 1
roles:
  app: [app, worker]
  migrating: owner
limits:
  projects: billing.plans.max_projects
`
	file := filepath.Join(t.TempDir(), "my tenantvet.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := Load(file)
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Version: 1,
		Tenant: Tenant{
			Columns:  []string{"tenant_id"},
			Settings: []string{"app.tenant_id"}, // names of settings know no case
			Tables:   []string{"billing.orders", "Audit"},
			Verified: map[string]string{"internal/auth.Verifier.Verify": "it checks the signature"},
		},
		Schema:   []string{"db/migrations", "../dumps/*.sql"},
		Shared:   []string{"countries"},
		Packages: Packages{Privileged: []string{"./cmd/admin/..."}, Client: []string{"./cmd/desktop"}},
		Handles:  Handles{Privileged: map[string]string{"internal/store.Store.ownerPool": "sign-in knows no tenant yet"}},
		Roles:    Roles{App: []string{"app", "worker"}, Migrating: "owner"},
		Limits:   map[string]string{"projects": "billing.plans.max_projects"},
		Rules:    map[string]bool{"rawpool": true, "boundset": false},
		Tests:    true,
		File:     file,
		RulePositions: map[string]Position{
			"rawpool": {18, 3}, "boundset": {19, 3},
		},
		LimitPositions:  map[string]Position{"projects": {37, 3}},
		HandlePositions: map[string]Position{"internal/store.Store.ownerPool": {23, 5}},
		SchemaPositions: []Position{{11, 5}, {12, 5}},
		APIs: []API{
			{Type: "*example.com/db.Client", Kind: "pool", Handle: Receiver, Position: Position{25, 11}},
			{Func: "(*example.com/db.Client).Select", Sends: &Sends{2, 3}, Handle: Receiver, Position: Position{27, 11}},
			{Func: "example.com/db.InTenant", Calls: &Calls{Func: 2, Kind: Scoped}, Handle: 0, Position: Position{30, 12}},
			{Func: "example.com/db.SetTenant", Scopes: true, Handle: 1, Position: Position{31, 11}},
		},
		VerifiedPositions: map[string]Position{"internal/auth.Verifier.Verify": {9, 5}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestErrors(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":            {"", `f:1:1: no version; start it with "version: 1"`},
		"comment only":     {"# later\n", `f:1:1: no version; start it with "version: 1"`},
		"no version":       {"tests: true\n", `f:1:1: no version; start it with "version: 1"`},
		"version 2":        {"version: 2\n", `f:1:10: version 2 is not known to this tenantvet, which reads version 1; write "version: 1" or update tenantvet`},
		"version text":     {"version: \"1\"\n", `f:1:10: version must be the number 1, not the text "1"`},
		"version null":     {"version:\n", `f:1:10: version must be the number 1, not nothing`},
		"version float":    {"version: 1.0\n", `f:1:10: version must be the number 1, not 1.0`},
		"unknown key":      {"version: 1\nschemas: [a]\n", `f:2:1: unknown key "schemas" in the configuration; did you mean "schema"?`},
		"role list":        {"version: 1\nroles: {migrating: [owner]}\n", `f:2:20: roles.migrating must be text, not a list`},
		"role name":        {"version: 1\nroles: {app: app}\n", `f:2:14: roles.app must be a list, as in [a, b], not the text "app"`},
		"unknown far":      {"version: 1\nfrobnicate: [a]\n", `f:2:1: unknown key "frobnicate" in the configuration; it has apis, handles, limits, packages, roles, rules, schema, shared, strategy, tenant, tests, version`},
		"unknown nested":   {"version: 1\ntenant:\n  column: [a]\n", `f:3:3: unknown key "column" in tenant; did you mean "columns"?`},
		"scalar for list":  {"version: 1\nschema: db\n", `f:2:9: schema must be a list, as in [a, b], not the text "db"`},
		"number in list":   {"version: 1\nshared: [1]\n", `f:2:10: an entry of shared must be text, not 1`},
		"list for mapping": {"version: 1\ntenant: [a]\n", `f:2:9: tenant must be a mapping of keys to values, not a list`},
		"yes is no bool":   {"version: 1\ntests: yes\n", `f:2:8: tests must be true or false, not the text "yes"`},
		"rule text":        {"version: 1\nrules:\n  rawpool: off\n", `f:3:12: rule rawpool must be true or false, not the text "off"`},
		"duplicate":        {"version: 1\ntests: true\ntests: false\n", `f:3:1: not valid YAML: mapping key "tests" already defined at [2:1]`},
		"duplicate rule":   {"version: 1\nrules:\n  a: true\n  a: false\n", `f:4:3: not valid YAML: mapping key "a" already defined at [3:3]`},
		"bad glob":         {"version: 1\nschema:\n  - ok\n  - \"db/[a\"\n", `f:4:5: bad glob "db/[a": unclosed [ or bad escape`},
		"empty glob":       {"version: 1\nschema: [\"\"]\n", `f:2:10: empty glob; name a migration directory or SQL file`},
		"bad pattern":      {"version: 1\npackages: {privileged: [\"../x\"]}\n", `f:2:25: bad package pattern "../x": it leaves the module`},
		"star pattern":     {"version: 1\npackages: {privileged: [\"./cmd/*\"]}\n", `f:2:25: bad package pattern "./cmd/*": only ... is a wildcard, as in ./cmd/admin/...`},
		"no reason":        {"version: 1\nhandles: {privileged: {a.b: \" \"}}\n", `f:2:24: a.b needs the reason for it, as text`},
		"null reason":      {"version: 1\nhandles:\n  privileged:\n    a.b:\n", `f:4:5: a.b needs the reason for it, as text`},
		"list of handles":  {"version: 1\nhandles:\n  privileged: [a.b]\n", `f:3:16: an entry of handles.privileged must be a mapping of keys to values, not the text "a.b"`},
		"bad handle":       {"version: 1\nhandles:\n  privileged:\n    internal/*.pool: why\n", `f:4:5: bad name of a handle "internal/*.pool"; write package and name, as in internal/store.Store.ownerPool`},
		"bad function":     {"version: 1\ntenant: {verified: {\"auth.*\": why}}\n", `f:2:21: bad name of a function "auth.*"; write package and name, as in internal/auth.Verifier.Verify`},
		"bad setting":      {"version: 1\ntenant: {settings: [\"app tenant\"]}\n", `f:2:21: bad setting name "app tenant"; write it as in current_setting, such as app.tenant_id`},
		"limit no column":  {"version: 1\nlimits: {projects: max_projects}\n", `f:2:10: limit of projects must be the column that says how many rows a tenant may have, as in plans.max_projects`},
		"limit number":     {"version: 1\nlimits: {projects: 5}\n", `f:2:10: limit of projects must be the column that says how many rows a tenant may have, as in plans.max_projects`},
		"apis no list":     {"version: 1\napis: {a: b}\n", `f:2:7: apis must be a list of mappings, not a mapping`},
		"api no name":      {"version: 1\napis: [{kind: pool}]\n", `f:2:8: an entry of apis needs func or type, the name that it is about`},
		"api both":         {"version: 1\napis: [{type: a.B, func: a.F, kind: pool}]\n", `f:2:26: an entry of apis has func or type, not both`},
		"api bad func":     {"version: 1\napis: [{func: F, sends: {text: 0}, handle: 0}]\n", `f:2:15: func must be a name with its package, as in (*example.com/db.Client).Select or example.com/db.Select`},
		"api bad type":     {"version: 1\napis: [{type: Client, kind: pool}]\n", `f:2:15: type must be a name with its package, as in *example.com/db.Client`},
		"api kind":         {"version: 1\napis: [{type: a.B, kind: pol}]\n", `f:2:26: kind must be one of pool, conn, session, tx, handle, scoped, not "pol"; did you mean "pool"?`},
		"api no effect":    {"version: 1\napis: [{func: (a.B).F}]\n", `f:2:15: a function has exactly one of sends, returns, calls and scopes`},
		"api two effects":  {"version: 1\napis: [{func: (a.B).F, returns: tx, scopes: 1}]\n", `f:2:15: a function has exactly one of sends, returns, calls and scopes`},
		"api no text":      {"version: 1\napis: [{func: (a.B).F, sends: {args: 1}}]\n", `f:2:31: sends needs text: the number of the argument that is the statement`},
		"api text":         {"version: 1\napis: [{func: (a.B).F, sends: {text: x}}]\n", `f:2:38: sends.text must be the number of an argument, counted from 0, not the text "x"`},
		"api no handle":    {"version: 1\napis: [{func: a.F, sends: {text: 1}}]\n", `f:2:15: a function has no receiver: name the argument that is the handle`},
		"api handle":       {"version: 1\napis: [{func: (a.B).F, sends: {text: 1}, handle: [1]}]\n", `f:2:50: handle must be receiver or the number of an argument, not a list`},
		"api calls":        {"version: 1\napis: [{func: (a.B).F, calls: {func: 1}}]\n", `f:2:31: calls needs func, the number of the argument that is called, and kind, what it is called with`},
		"api unknown key":  {"version: 1\napis: [{func: (a.B).F, send: {text: 1}}]\n", `f:2:24: unknown key "send" in an entry of apis; did you mean "sends"?`},
		"api of type":      {"version: 1\napis: [{type: a.B, kind: pool, scopes: receiver}]\n", `f:2:15: a type has a kind and nothing else`},
		"two documents":    {"version: 1\n---\nversion: 1\n", `f:3:8: second YAML document; keep one`},
		"scalar document":  {"hello\n", `f:1:1: the configuration must be a mapping of keys to values, not the text "hello"`},
		"alias":            {"version: 1\nschema: &a [x]\nshared: *a\n", `f:2:9: schema must be a list, as in [a, b], not an anchor, alias or merge (write the value out)` + "\n" + `f:3:9: shared must be a list, as in [a, b], not an anchor, alias or merge (write the value out)`},
		"several at once":  {"tests: 1\nshared: x\n", "f:1:1: no version; start it with \"version: 1\"\nf:1:8: tests must be true or false, not 1\nf:2:9: shared must be a list, as in [a, b], not the text \"x\""},
		"not UTF-8":        {"version: 1\n# caf\xe9\n", `f:2:6: is not UTF-8 text; save it as UTF-8`},
		"huge":             {"version: 1\n" + strings.Repeat("#", maxSize), `f: is larger than 1 MiB; a configuration lists globs and names, not their content`},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Parse("f", []byte(test.text))
			if err == nil {
				t.Fatalf("no error, got %+v", c)
			}
			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
		})
	}
}

func TestSyntaxErrorHasPosition(t *testing.T) {
	_, err := Parse("f", []byte("version: 1\nschema: [a\n"))
	var e *Error
	if !errors.As(err, &e) || e.Line == 0 || e.Column == 0 || strings.Contains(e.Message, "\n") {
		t.Errorf("got %#v", err)
	}
}

func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(filepath.Join(dir, FileName))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	_, err = Load(dir)
	if err == nil || !strings.Contains(err.Error(), "is not a regular file") {
		t.Errorf("directory: %v", err)
	}
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Skip(err)
	}
	if _, err := Load(loop); err == nil || !strings.Contains(err.Error(), "can't be read: ") {
		t.Errorf("symlink loop: %v", err)
	}
}

func TestValidate(t *testing.T) {
	c, err := Parse("f", []byte("version: 1\nrules:\n  rawpol: true\n  boundset: false\n  zzz: true\n"))
	if err != nil {
		t.Fatal(err)
	}
	err = c.Validate([]string{"rawpool", "boundset"})
	const want = "f:3:3: unknown rule \"rawpol\"; did you mean \"rawpool\"?\nf:5:3: unknown rule \"zzz\"; run tenantvet help for the list"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if err := c.Validate([]string{"rawpol", "boundset", "zzz"}); err != nil {
		t.Errorf("known rules: %v", err)
	}
}

func TestPrivileged(t *testing.T) {
	const module = "example.com/shop"
	for _, test := range []struct {
		pattern, pkg string
		want         bool
	}{
		{"./cmd/admin/...", "example.com/shop/cmd/admin", true},
		{"./cmd/admin/...", "example.com/shop/cmd/admin/users", true},
		{"./cmd/admin/...", "example.com/shop/cmd/adminx", false},
		{"./cmd/admin", "example.com/shop/cmd/admin/users", false},
		{"./cmd/admin", "example.com/shop/cmd/admin [example.com/shop/cmd/admin.test]", true},
		{"./cmd/admin", "example.com/shop/cmd/admin_test [example.com/shop/cmd/admin.test]", true},
		{"internal/ops", "example.com/shop/internal/ops", true},
		{"internal/ops/", "example.com/shop/internal/ops", true},
		{"internal/ops", "example.com/other/internal/ops", false},
		{"example.com/shop/internal/ops", "example.com/shop/internal/ops", true},
		{"example.com/shop/...", "example.com/shop/internal/ops", true},
		{"./...", "example.com/shop", true},
		{".", "example.com/shop", true},
		{".", "example.com/shop/a", false},
		{"./internal/.../migrate", "example.com/shop/internal/a/b/migrate", true},
		{"./internal/.../migrate", "example.com/shop/internal/a/b/migrator", false},
		{"./example.com/shop", "example.com/shop", false},
	} {
		c := Config{Packages: Packages{Privileged: []string{test.pattern}}}
		if got := c.Privileged(test.pkg, module); got != test.want {
			t.Errorf("%s against %s: %v, want %v", test.pattern, test.pkg, got, test.want)
		}
	}
	if (Config{}).Privileged("example.com/shop", module) {
		t.Error("nothing is privileged by default")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("version: 1\ntenant: {columns: [a]}\nrules:\n  x: true\n"))
	f.Add([]byte("? a\n: &x [*x]\n<<: *x\n!!str y: |\n  z\n"))
	f.Add([]byte("- - -\n%YAML 1.2\n---\n\"\\xff\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f", data)
		if err == nil && c.Version != Version {
			t.Errorf("accepted version %d", c.Version)
		}
		if err != nil && len(err.(Errors)) == 0 {
			t.Error("an error without content")
		}
	})
}

func TestPrivilegedHandle(t *testing.T) {
	const module = "example.com/shop"
	for _, test := range []struct {
		declared, pkg, name string
		want                bool
	}{
		{"internal/store.Store.ownerPool", "example.com/shop/internal/store", "Store.ownerPool", true},
		{"./internal/store.Store.ownerPool", "example.com/shop/internal/store", "Store.ownerPool", true},
		{"example.com/shop/internal/store.Owner", "example.com/shop/internal/store", "Owner", true},
		{"internal/store.Store.ownerPool", "example.com/shop/internal/store [example.com/shop/internal/store.test]", "Store.ownerPool", true},
		{"internal/store.Store.ownerPool", "example.com/shop/internal/store", "Store.pool", false},
		{"internal/store.Store.ownerPool", "example.com/other/internal/store", "Store.ownerPool", false},
		{"App.owner", "example.com/shop", "App.owner", true},
		{"App.owner", "example.com/shop/App", "owner", true},
	} {
		c := Config{Handles: Handles{Privileged: map[string]string{test.declared: "why"}}}
		if got := c.PrivilegedHandle(test.pkg, test.name, module); got != test.want {
			t.Errorf("%s against %s.%s: %v, want %v", test.declared, test.pkg, test.name, got, test.want)
		}
	}
}

func TestIsVerified(t *testing.T) {
	c := Config{Tenant: Tenant{Verified: map[string]string{"internal/auth.Verify": "why", "./gateway.Claims.Tenant": "why", "example.com/tokens.Check": "why"}}}
	for _, test := range []struct {
		pkg, name string
		want      bool
	}{
		{"shop/internal/auth", "Verify", true},
		{"shop/internal/auth", "Verifier.Verify", false},
		{"shop/gateway", "Claims.Tenant", true},
		{"example.com/tokens", "Check", true},
		{"other/internal/auth", "Verify", false},
	} {
		if got := c.IsVerified(test.pkg, test.name, "shop"); got != test.want {
			t.Errorf("IsVerified(%s.%s) = %v", test.pkg, test.name, got)
		}
	}
}
