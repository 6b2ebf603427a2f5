package driver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// archive returns the files of an archive.
func archive(text string) map[string]string {
	files := make(map[string]string)
	for _, f := range txtar.Parse([]byte(text)).Files {
		files[f.Name] = string(f.Data)
	}
	return files
}

// leak is what is found in the shop whatever else is wrong with it.
const leak = "orders/orders.go:9 rawpool"

const wantTests = "version: 1\ntests: true\n"

// Whatever is wrong with one part of a program, the rest is analysed, the run
// is incomplete, and one line says what and where.
func TestBadInput(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  []string // beginnings of package|file:line|reason
	}{
		{"syntax error", map[string]string{"bad/bad.go": "package bad\n\nfunc {\n"},
			[]string{"example.com/shop/bad|bad/bad.go:3|"}},
		{"type error", map[string]string{
			"bad/bad.go":   "package bad\n\nvar X int = \"a\"\n",
			"uses/uses.go": "package uses\n\nimport _ \"example.com/shop/bad\"\n",
		}, []string{
			"example.com/shop/bad|bad/bad.go:3|cannot use \"a\"",
			"example.com/shop/uses||imports example.com/shop/bad, which could not be analysed",
		}},
		{"import of nothing", map[string]string{
			"bad/bad.go":   "package bad\n\nimport _ \"example.org/gone/x\"\n",
			"uses/uses.go": "package uses\n\nimport _ \"example.com/shop/bad\"\n",
		}, []string{
			"example.com/shop/bad|bad/bad.go:3|imports example.org/gone/x, which doesn't load: ",
			"example.com/shop/uses|bad/bad.go:3|imports example.org/gone/x, which doesn't load: ",
		}},
		{"import cycle", map[string]string{
			"c1/c.go": "package c1\n\nimport _ \"example.com/shop/c2\"\n",
			"c2/c.go": "package c2\n\nimport _ \"example.com/shop/c1\"\n",
		}, []string{
			"example.com/shop/c1||import cycle not allowed",
			"example.com/shop/c2||imports example.com/shop/c1, which doesn't load: import cycle not allowed",
		}},
		{"tests that don't compile", map[string]string{"tenantvet.yaml": wantTests, "orders/bad_test.go": "package orders\n\nvar X int = \"a\"\n"},
			[]string{"example.com/shop/orders|orders/bad_test.go:3|its tests are not analysed: cannot use \"a\""}},
		{"external tests that don't compile", map[string]string{"tenantvet.yaml": wantTests, "orders/bad_test.go": "package orders_test\n\nvar X int = \"a\"\n"},
			[]string{"example.com/shop/orders|orders/bad_test.go:3|its tests are not analysed: cannot use \"a\""}},
		{"tests that import nothing", map[string]string{"tenantvet.yaml": wantTests, "orders/bad_test.go": "package orders\n\nimport _ \"example.org/gone/x\"\n"},
			[]string{"example.com/shop/orders|orders/bad_test.go:3|its tests are not analysed: imports example.org/gone/x"}},
		{"nothing but tests that import nothing", map[string]string{"tenantvet.yaml": wantTests, "only/bad_test.go": "package only\n\nimport _ \"example.org/gone/x\"\n"},
			[]string{"example.com/shop/only|only/bad_test.go:3|its tests are not analysed: imports example.org/gone/x"}},
		{"nothing but tests that don't compile", map[string]string{"tenantvet.yaml": wantTests, "only/bad_test.go": "package only\n\nvar X int = \"a\"\n"},
			[]string{"example.com/shop/only|only/bad_test.go:3|cannot use \"a\""}},
		{"import cycle through tests", map[string]string{
			"tenantvet.yaml": wantTests,
			"a/a.go":         "package a\n\nimport _ \"example.com/shop/b\"\n", "b/b.go": "package b\n",
			"b/b_test.go": "package b\n\nimport _ \"example.com/shop/a\"\n",
		}, []string{"example.com/shop/b||its tests are not analysed: import cycle not allowed in test"}},
		{"tests that nobody wants to hear about", map[string]string{
			"orders/bad_test.go":   "package orders\n\nvar X int = \"a\"\n",
			"orders/worse_test.go": "package orders_test\n\nimport _ \"example.org/gone/x\"\n",
			"only/bad_test.go":     "package only\n\nvar X int = \"a\"\n",
		}, nil},
		{"two packages in a directory", map[string]string{"two/a.go": "package a\n", "two/b.go": "package b\n"},
			[]string{"example.com/shop/two||found packages a (a.go) and b (b.go)"}},
		{"embed of missing files", map[string]string{"web/web.go": "package web\n\nimport \"embed\"\n\n//go:embed dist/* all:static \"a b\" tpl/*.html\nvar FS embed.FS\n\n//go:embed one.txt\nvar one string\n"},
			nil},
		{"directory with spaces", map[string]string{"sp ace/my file.go": "package space\n\nvar X int = \"a\"\n"},
			[]string{"||malformed import path \"example.com/shop/sp ace\""}},
		{"broken SQL in a file with spaces", map[string]string{"db/migrations/0002 b ad.sql": "CREATE TABEL x (id int);\n"},
			[]string{"|db/migrations/0002 b ad.sql:1|"}},
		{"Go file with spaces", map[string]string{"bad/b ad.go": "package bad\n\nvar X int = \"a\"\n"},
			[]string{"example.com/shop/bad|bad/b ad.go:3|"}},
		{"broken SQL", map[string]string{"db/migrations/0002_bad.sql": "CREATE TABLE ok (id int);\nCREATE TABEL orders2 (id int);\n"},
			[]string{"|db/migrations/0002_bad.sql:2|"}},
		{"SQL that isn't UTF-8", map[string]string{"db/migrations/0002_bad.sql": "CREATE TABLE x (id int);\n-- caf\xe9\nCREATE TABLE \"\xff\" (id int);\n"},
			[]string{"|db/migrations/0002_bad.sql:"}},
		{"huge SQL", map[string]string{"db/migrations/0002_huge.sql": strings.Repeat("-- nothing to see here\n", 3<<20)},
			[]string{"|db/migrations/0002_huge.sql"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := program(t, shop)
			for name, content := range tt.files {
				write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
			}
			code, r := check(t, dir)
			wantCode := 3
			if tt.want == nil {
				wantCode = 1
			}
			if code != wantCode {
				t.Errorf("exit code %d, want %d", code, wantCode)
			}
			equal(t, "findings", findings(r), []string{leak})
			got := incomplete(r)
			if len(got) != len(tt.want) {
				t.Fatalf("incomplete:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
			for i := range got {
				if !strings.HasPrefix(got[i], tt.want[i]) {
					t.Errorf("incomplete: %s\nwant it to begin with: %s", got[i], tt.want[i])
				}
			}
		})
	}
}

func TestUnreadableSchema(t *testing.T) {
	dir := program(t, shop)
	file := filepath.Join(dir, "db/migrations/0002_secret.sql")
	// A link to itself can't be read by anyone; permissions don't bind root.
	if err := os.Symlink(file, file); err != nil {
		t.Fatal(err)
	}
	code, r := check(t, dir)
	if code != 3 || len(r.Incomplete) != 1 || r.Incomplete[0].Position.File != "db/migrations/0002_secret.sql" {
		t.Errorf("exit code %d, incomplete %q", code, incomplete(r))
	}
	equal(t, "findings", findings(r), []string{leak})
}

func TestSymlinkLoop(t *testing.T) {
	dir := program(t, shop)
	if err := os.Symlink(filepath.Join(dir, "db"), filepath.Join(dir, "db", "migrations", "loop")); err != nil {
		t.Skip(err)
	}
	code, r := check(t, dir)
	if code != 3 || len(r.Incomplete) != 1 || !strings.HasPrefix(incomplete(r)[0], "|db/migrations/loop") {
		t.Errorf("exit code %d, incomplete %q", code, incomplete(r))
	}
	equal(t, "findings", findings(r), []string{leak})
}

func TestModuleWithoutPackages(t *testing.T) {
	dir := program(t, "-- go.mod --\nmodule example.com/empty\n\ngo 1.26.0\n")
	o := run(t, dir, tool)
	if o.code != 2 || strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, "no packages match ./...") {
		t.Errorf("exit code %d: %s", o.code, o.stderr)
	}
}

func TestBadConfiguration(t *testing.T) {
	for name, tt := range map[string]struct{ content, want string }{
		"wrong version":      {"version: 99\n", "tenantvet.yaml:1:"},
		"unknown key":        {"version: 1\nruels: {}\n", "tenantvet.yaml:2:1: "},
		"unknown rule":       {"version: 1\nrules:\n  rawpol: false\n", "tenantvet.yaml:3:3: unknown rule \"rawpol\"; did you mean \"rawpool\"?"},
		"wrong type":         {"version: 1\nrules: [rawpool]\n", "tenantvet.yaml:2:"},
		"not UTF-8":          {"version: 1\n# caf\xe9\n", "tenantvet.yaml:2:"},
		"schema of nowhere":  {"version: 1\nschema: [gone/*.sql]\n", "tenantvet.yaml:2:"},
		"everything at once": {"version: 1\nruels: {}\ntenants: 1\n", "tenantvet.yaml:3:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := program(t, shop)
			write(t, filepath.Join(dir, "tenantvet.yaml"), tt.content)
			o := run(t, dir, tool)
			if o.code != 2 || o.stdout != "" || !strings.Contains(o.stderr, tt.want) {
				t.Errorf("exit code %d, want 2 and %q:\n%s%s", o.code, tt.want, o.stdout, o.stderr)
			}
		})
	}
}

func TestSecretsAreNotShown(t *testing.T) {
	dir := program(t, shop)
	key := "sb_" + "secret_" + "N1xQ82hTbW5zRkpaVnE0Zw_a1B2c3D4"
	write(t, filepath.Join(dir, "admin/admin.go"), "package admin\n\nconst key = \""+key+"\"\n\nconst split = \"sb_\" + \"secret_\" + \""+key[10:]+"\"\n")
	for _, format := range []string{"text", "json"} {
		o := run(t, dir, tool, "-format", format)
		if !strings.Contains(o.stdout, "admin/admin.go") {
			t.Errorf("%s: the key is not found:\n%s", format, o.stdout)
		}
		if strings.Contains(o.stdout+o.stderr, key[10:]) {
			t.Errorf("%s: the key is shown:\n%s%s", format, o.stdout, o.stderr)
		}
	}
	if o := run(t, dir, "go", "vet", "-vettool="+tool, "./..."); strings.Contains(o.stdout+o.stderr, key[10:]) {
		t.Errorf("go vet shows the key:\n%s%s", o.stdout, o.stderr)
	}
}

// A migration that can't be read keeps nothing from being judged where nothing shows
// that there are tenants.
func TestBrokenMigrationWithoutTenants(t *testing.T) {
	dir := program(t, "-- go.mod --\nmodule example.com/x\n\ngo 1.25.0\n-- main.go --\npackage main\n\nfunc main() {}\n"+
		"-- migrations/1_a.up.sql --\nCREATE TABLE a (id int);\n-- migrations/2_b.up.sql --\nCREATE TABLE b (id int;\n")
	o := run(t, dir, tool, "./...")
	if o.code != 0 || !strings.Contains(o.stdout, "note: a migration that can't be read, in a program that shows no tenants: migrations/2_b.up.sql:1: syntax error") {
		t.Errorf("exits with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	if o := run(t, dir, tool, "schema"); o.code != 3 {
		t.Errorf("asked about migrations, it exits with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
	write(t, filepath.Join(dir, "migrations/3_c.up.sql"), "CREATE POLICY IF NOT EXISTS p ON a USING (true);\n")
	for _, args := range [][]string{{"./..."}, {"schema"}} {
		if o := run(t, dir, tool, args...); !strings.Contains(o.stdout, "3_c.up.sql:1:1: brokensql (suspect): the server rejects CREATE POLICY IF NOT EXISTS") {
			t.Errorf("tenantvet %v exits with %d:\n%s%s", args, o.code, o.stdout, o.stderr)
		}
	}
	write(t, filepath.Join(dir, "migrations/3_c.up.sql"), "CREATE POLICY p ON a USING (;\n")
	if o := run(t, dir, tool, "./..."); o.code != 3 {
		t.Errorf("with a policy that can't be read it exits with %d:\n%s%s", o.code, o.stdout, o.stderr)
	}
}
