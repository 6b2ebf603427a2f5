// Package admin is declared privileged: what it holds is no finding.
package admin

import "os"

// Key returns the service key.
func Key() string { return os.Getenv("SUPABASE_SERVICE_ROLE_KEY") }

// Anon returns the key for everyone.
func Anon() string { return os.Getenv("SUPABASE_ANON_KEY") }

// Settings are read once.
type Settings struct {
	Secret string `env:"SUPABASE_SECRET_KEY"`
	URL    string
	Anon   string
}

// DB is the login of the owner.
var DB = os.Getenv("SUPABASE_DB_URL")

func Load() Settings {
	return Settings{URL: DB, Anon: Anon()}
}

// Ready keeps the key to itself.
func Ready() bool { return Key() != "" }
