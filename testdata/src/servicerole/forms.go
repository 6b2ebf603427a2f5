package servicerole

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"

	_ "embed"

	"github.com/jackc/pgx/v5"
)

// Bad: a token, put together so that no scanner sees it. (Signed with nothing.)
const (
	head    = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
	payload = "eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6ImFiY2RlZmdoaWprbCIsInJvbGUiOiJzZXJ2aWNlX3JvbGUiLCJpYXQiOjE3MDAwMDAwMDB9"
	token   = head + "." + payload + // want `service_role token in the source`
		".1KZIV9Z-KeMVYN6aCSIq-VXboYlBjYyh8R5cRy5D7Es"
)

// The same with the role anon is for everyone to have.
const anonToken = head + "." + "eyJpc3MiOiJzdXBhYmFzZSIsInJlZiI6ImFiY2RlZmdoaWprbCIsInJvbGUiOiJhbm9uIiwiaWF0IjoxNzAwMDAwMDAwfQ" + ".1KZIV9Z-KeMVYN6aCSIq-VXboYlBjYyh8R5cRy5D7Es"

// A token without its signature, as documentation has them, opens nothing.
const shortened = head + "." + payload + ".xxx"

// For everyone to have, too.
const publishable = "sb_publishable_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"

// Bad: connection strings with a login that bypasses.
func Logins(password string) []string {
	return []string{
		"postgres://postgres:h4Rd2gu3ss@db.abcdefghijkl.supabase.co:5432/postgres",                        // want `connection string in the source`
		fmt.Sprintf("postgresql://postgres.abcdefghijkl:%s@aws-0.pooler.supabase.com/postgres", password), // want `connection string in the source`
		"host=ep-quiet-lake.eu-central-1.aws.neon.tech user=neondb_owner dbname=neondb",                   // want `connection string in the source`
	}
}

// Logins that the policies bind, and defaults of the developer's own machine.
func Ordinary() []string {
	return []string{
		"postgres://app:h4Rd2gu3ss@db.abcdefghijkl.supabase.co:5432/postgres",
		"postgres://postgres:postgres@localhost:5432/app",
		"host=db user=postgres password=postgres dbname=app",
	}
}

// What is written for people is a mention, as long as there is no password in it.
var dsn = flag.String("dsn", "", "as in postgres://postgres@db.abcdefghijkl.supabase.co/postgres")

func Usage() error {
	log.Println("set DATABASE_URL to postgres://postgres.abcdefghijkl:%s@aws-0.pooler.supabase.com/postgres")
	return errors.New("no login: use postgres://service_role@db.supabase.co/postgres for administration only")
}

// Bad: with the password it opens the database, wherever it stands.
func Logged() {
	log.Println("using postgres://postgres:h4Rd2gu3ss@db.abcdefghijkl.supabase.co:5432/postgres") // want `connection string in the source`
}

// Bad: a URL of parts.
func Parts(password string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.UserPassword("postgres.abcdefghijkl", password), // want `login postgres.abcdefghijkl in the source`
		Host:   "aws-0.pooler.supabase.com:6543",
	}
	return u.String()
}

func OrdinaryParts(password string) string {
	u := &url.URL{Scheme: "postgres", User: url.UserPassword("app", password), Host: "aws-0.pooler.supabase.com:6543"}
	return u.String()
}

// Bad: a configuration is given such a login.
func Administration(dsn, password string) (*pgx.ConnConfig, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.User = "supabase_admin" // want `login supabase_admin in the source`
	cfg.Password = password
	return cfg, nil
}

// Bad: the variable's name comes in a list, and the values are kept.
func All() map[string]string {
	values := map[string]string{}
	for _, name := range []string{"SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"} {
		values[name] = os.Getenv(name) // want `reads SUPABASE_SERVICE_ROLE_KEY`
	}
	return values
}

// Whether it is there is no secret.
func Check() error {
	for _, name := range []string{"SUPABASE_URL", "SUPABASE_SERVICE_ROLE_KEY"} {
		if os.Getenv(name) == "" {
			return fmt.Errorf("%s is not set", name)
		}
	}
	if _, ok := os.LookupEnv("SUPABASE_SERVICE_ROLE_KEY"); ok {
		return errors.New("unset it: this program works for one tenant")
	}
	if key := os.Getenv("SUPABASE_SECRET_KEY"); len(key) > 0 {
		return errors.New("this one, too")
	}
	return nil
}

func present(name string) error {
	if os.Getenv(name) == "" {
		return fmt.Errorf("%s is not set", name)
	}
	return nil
}

func CheckByHelper() error { return present("SUPABASE_SERVICE_ROLE_KEY") }

// Bad: through functions that are handed in, literals, and a prefix.
func Load(getenv func(string) string) string {
	return getenv("SUPABASE_SERVICE_ROLE_KEY") // want `reads SUPABASE_SERVICE_ROLE_KEY`
}

func Local() string {
	get := func(name string) string { return os.Getenv(name) } // want `reads SUPABASE_SECRET_KEY`
	return get("SUPABASE_SECRET_KEY")
}

func supabase(name string) string { return os.Getenv("SUPABASE_" + name) }

func Prefixed() (string, string) {
	return supabase("SERVICE_ROLE_KEY"), supabase("ANON_KEY") // want `reads SUPABASE_SERVICE_ROLE_KEY`
}

// Another function of a text is no way to read it.
func Shown(describe func(string) (int, string)) string {
	_, s := describe("SUPABASE_SERVICE_ROLE_KEY")
	return s
}

// Bad: prefixes of tags.
type Settings struct {
	Supabase Keys `envPrefix:"SUPABASE_"` // want `holds SUPABASE_SECRET_KEY`
	Nested   struct {
		Key string `env:"DB_URL"` // want `holds SUPABASE_DB_URL`
	} `envPrefix:"SUPABASE_"`
	ServiceRoleKey string `split_words:"true"`                   // want `holds SERVICE_ROLE_KEY`
	Either         string `env:"DATABASE_URL,SUPABASE_DB_URL"`   // want `holds SUPABASE_DB_URL`
	Key            string `conf:"env:SUPABASE_SERVICE_KEY,mask"` // want `holds SUPABASE_SERVICE_KEY`
	Column         string `json:"service_role_key"`
}

type Keys struct {
	Secret string `env:"SECRET_KEY"`
	Anon   string `env:"ANON_KEY"`
}

// Bad: what is built into the program goes wherever the program goes.
//
//go:embed production.env
var production string // want `embeds production.env, in which SUPABASE_SERVICE_ROLE_KEY is set`

// References and stand-ins are none.
//
//go:embed sample.json
var sample []byte

// Bad: each use of the key is a step of the path.
func Request(r *http.Request) {
	key := os.Getenv("SUPABASE_SERVICE_ROLE_KEY") // want `reads SUPABASE_SERVICE_ROLE_KEY`
	r.Header.Set("apikey", key)
	r.Header.Set("Authorization", "Bearer "+key)
}
