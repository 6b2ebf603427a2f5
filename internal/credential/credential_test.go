package credential

import (
	"encoding/base64"
	"strings"
	"testing"
)

// Keys are put together at run time, so that no scanner takes this file for a leak.
func secretKey() string { return "sb_" + "secret_" + "N1xQ82hTbW5zRkpaVnE0Zw_a1B2c3D4" }

func token(claims string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(claims)) + "." + enc([]byte("0123456789abcdef0123456789abcdef"))
}

func TestFind(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		kind   Kind
		bypass bool
	}{
		{"secret key", `const key = "` + secretKey() + `"`, SupabaseSecretKey, true},
		{"publishable key", "sb_" + "publishable_N1xQ82hTbW5zRkpaVnE0Zw_a1B2c3D4", SupabasePublishableKey, false},
		{"stand-in key", "sb_" + "secret_xxxxxxxxxxxxxxxxxxxxxxxx", SupabaseSecretKey, false},
		{"stand-in words", "sb_" + "secret_your_key_goes_here", SupabaseSecretKey, false},
		{"service role", token(`{"iss":"supabase","ref":"abc","role":"service_role","iat":1700000000}`), ServiceRoleToken, true},
		{"service role, spaced payload", token(`{ "role": "service_role" }`), ServiceRoleToken, true},
		{"service role of every local stack", token(`{"iss":"supabase-demo","role":"service_role","exp":1983812996}`), ServiceRoleToken, false},
		{"anon", token(`{"iss":"supabase","role":"anon"}`), AnonToken, false},
		{"user token", token(`{"sub":"42","role":"authenticated"}`), Token, false},
		{"supabase direct", "postgresql://postgres:h4Rd@db.abcdefghijkl.supabase.co:5432/postgres", DSN, true},
		{"supabase pooler", "postgres://postgres.abcdefghijkl:h4Rd@aws-0-eu-central-1.pooler.supabase.com:6543/postgres", DSN, true},
		{"supabase pooler, password from elsewhere", "postgres://postgres.abcdefghijkl:%s@aws-0-eu-central-1.pooler.supabase.com:6543/postgres", DSN, true},
		{"supabase, own login", "postgres://app_user.abcdefghijkl:h4Rd@aws-0-eu-central-1.pooler.supabase.com:6543/postgres", DSN, false},
		{"documentation", "postgresql://postgres:[YOUR-PASSWORD]@db.abcdefghijkl.supabase.co:5432/postgres", DSN, false},
		{"neon", "postgres://neondb_owner:npg_4Rd@ep-cool-1.eu-central-1.aws.neon.tech/neondb?sslmode=require", DSN, true},
		{"neon, own login", "postgres://app:npg_4Rd@ep-cool-1.eu-central-1.aws.neon.tech/neondb", DSN, false},
		{"localhost", "postgres://postgres:postgres@localhost:54322/postgres", DSN, false},
		{"loopback", "postgres://supabase_admin:postgres@127.0.0.1:54322/postgres", DSN, false},
		{"container", "postgres://postgres:postgres@db:5432/app", DSN, false},
		{"rds says nothing", "postgres://postgres:h4Rd@x.rds.amazonaws.com/app", DSN, false},
		{"host from elsewhere", "postgres://supabase_admin:h4Rd@%s/app", DSN, true},
		{"keyword", "host=db.abcdefghijkl.supabase.co user=postgres password=h4Rd dbname=postgres", DSN, true},
		{"keyword, quoted", "user=supabase_admin password='a b\\'c' host=x.example.com", DSN, true},
		{"keyword, local", "host=localhost user=postgres password=postgres", DSN, false},
		{"other url", "amqp://guest:guest@mq:5672/", Password, false},
		{"create role", "CREATE ROLE app LOGIN PASSWORD 'h4Rd'", Password, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := Find("x " + tt.text + " y")
			if len(found) != 1 {
				t.Fatalf("Find(%q) = %+v, want one match", tt.text, found)
			}
			if found[0].Kind != tt.kind || found[0].Bypass != tt.bypass {
				t.Errorf("Find(%q) = kind %q, bypass %v; want %q, %v", tt.text, found[0].Kind, found[0].Bypass, tt.kind, tt.bypass)
			}
		})
	}
}

func TestFindNothing(t *testing.T) {
	for _, text := range []string{
		"",
		`strings.HasPrefix(key, "sb_` + `secret_")`,
		"is the role service_role allowed to bypass",
		"http://localhost:8080/path/@scope/pkg",
		"https://example.com/a?b=c",
		"postgres://db.example.com/app",
		`if password == "" || user == "root" {`,
		`password := os.Getenv("DB_PASSWORD")`,
		"import \"github.com/a/b/v2@v2.0.0\"",
		"mailto:someone@example.com",
		"time 12:30@noon",
		"UPDATE users SET password = $1 WHERE id = $2",
		"eyJhbGciOiJIUzI1NiJ9",
	} {
		if found := Find(text); len(found) != 0 {
			t.Errorf("Find(%q) = %+v, want none", text, found)
		}
		if got := Redact(text); got != text {
			t.Errorf("Redact(%q) = %q, want it unchanged", text, got)
		}
	}
}

func TestRedact(t *testing.T) {
	jwt := token(`{"role":"service_role"}`)
	tests := []struct{ text, want string }{
		{`createClient(url, "` + secretKey() + `")`, `createClient(url, "⟨supabase secret key⟩")`},
		{"a " + jwt + ", b", "a ⟨service_role token⟩, b"},
		{"postgres://app:h4Rd@db.example.com/app", "postgres://app:⟨password⟩@db.example.com/app"},
		{"postgres://app:p@ss:w/rd@db.example.com/app", "postgres://app:⟨password⟩@db.example.com/app"},
		{"postgres://app:%s@db/app", "postgres://app:%s@db/app"},
		{"redis://:h4Rd@cache:6379", "redis://:⟨password⟩@cache:6379"},
		{"host=db user=app password=h4Rd dbname=app", "host=db user=app password=⟨password⟩ dbname=app"},
		{"host=db keepalives=1 password='it''s h4Rd' user=app", "host=db keepalives=1 password=⟨password⟩ user=app"},
		{"password=h4Rd", "password=⟨password⟩"},
		{"postgres://db/app?user=app&password=h4Rd&sslmode=off", "postgres://db/app?user=app&password=⟨password⟩&sslmode=off"},
		{"PGPASSWORD=h4Rd psql", "PGPASSWORD=⟨password⟩ psql"},
		{"ALTER USER app WITH PASSWORD 'h4''Rd';", "ALTER USER app WITH PASSWORD '⟨password⟩';"},
		{"postgres://app:" + jwt + "@db/app", "postgres://app:⟨password⟩@db/app"},
	}
	for _, tt := range tests {
		if got := Redact(tt.text); got != tt.want {
			t.Errorf("Redact(%q)\n got %q\nwant %q", tt.text, got, tt.want)
		}
		if again := Redact(tt.want); again != tt.want {
			t.Errorf("Redact is not stable: %q became %q", tt.want, again)
		}
	}
}

func TestRedactSpan(t *testing.T) {
	text := `a "` + secretKey() + `" b`
	start := strings.Index(text, `"`)
	end := strings.LastIndex(text, `"`) + 1
	got, span := RedactSpan(text, start, end)
	if marked := got[span[0]:span[1]]; marked != `"⟨supabase secret key⟩"` {
		t.Errorf("marked %q", marked)
	}
	// A mark within a secret covers what stands for it.
	got, span = RedactSpan(text, start+4, start+8)
	if marked := got[span[0]:span[1]]; marked != `⟨supabase secret key⟩` {
		t.Errorf("marked %q", marked)
	}
	got, span = RedactSpan(text, len(text)-1, len(text))
	if marked := got[span[0]:span[1]]; marked != "b" {
		t.Errorf("marked %q", marked)
	}
}

func TestIsServiceRoleEnv(t *testing.T) {
	for _, name := range append(EnvNames(),
		"NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY", "APP_SUPABASE_SERVICE_ROLE_KEY", "VITE_SUPABASE_SECRET_KEY",
		"SUPABASE_SERVICE_ROLE_KEY_PROD", "STAGING_SERVICE_ROLE_KEY", "SUPABASE_SERVICE_ROLE_KEY_FILE",
	) {
		if !IsServiceRoleEnv(name) {
			t.Errorf("%s: not recognised", name)
		}
	}
	for _, name := range []string{
		"", "SUPABASE_URL", "SUPABASE_ANON_KEY", "SUPABASE_PUBLISHABLE_KEY", "SUPABASE_JWT_SECRET", "SUPABASE_SERVICE_ROLE_KEY_ID",
		"SUPABASE_SERVICE_ROLE_ENABLED", "service_role_key", "PAYMENT_SERVICE_ROLE_KEY", "XSUPABASE_SECRET_KEY",
		"AWS_SECRET_KEY", "DATABASE_URL", "SUPABASE_SECRET", "GCP_SERVICE_KEY", "not a SUPABASE_SECRET_KEY", "SERVICE_ROLE",
	} {
		if IsServiceRoleEnv(name) {
			t.Errorf("%s: taken for a service-role credential", name)
		}
	}
}

func TestTokensCoverWhatFindReports(t *testing.T) {
	for _, text := range []string{
		secretKey(), token(`{"role":"service_role"}`), token(`{ "role":"service_role"}`),
		"postgres://postgres:x@db.a.supabase.co/postgres", "POSTGRESQL://postgres:x@db.a.supabase.co/postgres",
		"user=supabase_admin host=a.b", "host=db.a.supabase.co user=postgres",
	} {
		if !HasToken(text) {
			t.Errorf("HasToken(%q) = false, but Find reports %+v", text, Find(text))
		}
	}
	for _, name := range EnvNames() {
		if !HasToken(name) {
			t.Errorf("HasToken(%s) = false", name)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("x ", " y", 3, 5)
	f.Add(`"`, `"+`, 0, 0)
	f.Add("postgres://a:b@", "@c/d", 1, 9)
	f.Add("password='", "'", 2, 4)
	key, jwt := secretKey(), token(`{"role":"service_role"}`)
	f.Fuzz(func(t *testing.T, before, after string, start, end int) {
		for _, s := range []string{key, jwt} {
			text := before + " " + s + " " + after
			if got := Redact(text); strings.Contains(got, s) {
				t.Fatalf("Redact(%q) shows the secret: %q", text, got)
			}
		}
		text := before + after
		last := 0
		for _, m := range Find(text) {
			if m.Start < last || m.End < m.Start || m.End > len(text) {
				t.Fatalf("Find(%q): bad match %+v", text, m)
			}
			last = m.End
		}
		if start < 0 || end < start || end > len(text) {
			return
		}
		if got, span := RedactSpan(text, start, end); span[0] < 0 || span[1] < span[0] || span[1] > len(got) {
			t.Fatalf("RedactSpan(%q, %d, %d): bad span %v of %q", text, start, end, span, got)
		}
	})
}

func TestInFile(t *testing.T) {
	service := token(`{"role":"service_role"}`)
	for name, test := range map[string]struct{ text, want string }{
		"env":                    {"PORT=80\nSUPABASE_SERVICE_ROLE_KEY=" + service + "\n", "SUPABASE_SERVICE_ROLE_KEY"},
		"json":                   {`{"supabase": {"url": "x", "SUPABASE_SECRET_KEY": "N1xQ82hTbW5zRkpaVnE0Zw"}}`, "SUPABASE_SECRET_KEY"},
		"json, a line each":      {"{\n  \"SUPABASE_SECRET_KEY\": \"N1xQ82hTbW5zRkpaVnE0Zw\"\n}", "SUPABASE_SECRET_KEY"},
		"yaml":                   {"supabase_service_role_key: '" + service + "'\n", "SUPABASE_SERVICE_ROLE_KEY"},
		"another name":           {"key = " + secretKey() + "\n", "supabase secret key"},
		"connection string":      {"DATABASE_URL=postgres://service_role:h4Rd@db.abcdefghijkl.supabase.co/postgres\n", "connection string"},
		"reference":              {"SUPABASE_SERVICE_ROLE_KEY=${SUPABASE_SERVICE_ROLE_KEY}\n", ""},
		"stand-in":               {"SUPABASE_SERVICE_ROLE_KEY=your-service-role-key\n", ""},
		"key of any local stack": {"SUPABASE_SERVICE_ROLE_KEY=" + token(`{"iss":"supabase-demo","role":"service_role"}`) + "\n", ""},
		"anon":                   {"SUPABASE_ANON_KEY=" + token(`{"role":"anon"}`) + "\n", ""},
	} {
		what, ok := InFile(test.text)
		if what != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, %v; want %q", name, what, ok, test.want)
		}
	}
}

// A token that is cut short, as in documentation, opens nothing; its text is
// hidden all the same.
func TestUnsignedToken(t *testing.T) {
	whole := token(`{"role":"service_role"}`)
	short := whole[:strings.LastIndexByte(whole, '.')] + ".xxx"
	for text, bypass := range map[string]bool{whole: true, short: false} {
		found := Find(text)
		if len(found) != 1 || found[0].Bypass != bypass || strings.Contains(Redact(text), "ey") {
			t.Errorf("Find = %v, Redact = %s", found, Redact(text))
		}
	}
}
