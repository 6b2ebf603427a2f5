// Package client gets credentials from others and makes clients with them.
package client

import (
	"net/http"
	"os"

	"github.com/supabase-community/postgrest-go"
	"github.com/supabase-community/supabase-go"

	"example.com/corpus/credentials/admin"
	"example.com/corpus/credentials/config"
)

// Bad: the key leaves the privileged package.
func New(url string) (*supabase.Client, error) {
	return supabase.NewClient(url, admin.Key(), nil) // want `gets SUPABASE_SERVICE_ROLE_KEY from admin.Key`
}

func Rows(url string) *postgrest.Client {
	key := admin.Load().Secret // want `gets SUPABASE_SECRET_KEY from admin.Secret`
	return postgrest.NewClient(url, "public", map[string]string{"apikey": key, "Authorization": "Bearer " + key})
}

func Request(r *http.Request) {
	r.Header.Set("Authorization", "Bearer "+admin.Key()) // want `gets SUPABASE_SERVICE_ROLE_KEY from admin.Key`
}

// Bad: what the variable is for tells what its name only suggests.
func Suggested(url string) (*supabase.Client, error) {
	return supabase.NewClient(url, os.Getenv("SERVICE_ROLE"), nil) // want `reads SERVICE_ROLE: its holder`
}

func Account() string { return os.Getenv("SERVICE_ROLE") }

// Bad: a variable of the privileged package.
func Owner() string {
	return admin.DB // want `gets SUPABASE_DB_URL from admin.DB`
}

// Whether there is one, anyone may ask.
func Check() bool { return admin.Key() != "" && admin.Ready() }

// What everyone may have.
func Anon(url string) (*supabase.Client, error) {
	return supabase.NewClient(url, admin.Anon(), nil)
}

func AnonField() string { return admin.Load().Anon }

// One finding a cause: that the other package reads it is said there.
func Configured(url string, cfg *config.Config) (*supabase.Client, error) {
	return supabase.NewClient(url, cfg.ServiceKey, nil)
}

func ConfiguredCall(url string) (*supabase.Client, error) {
	return supabase.NewClient(url, config.ServiceKey(), nil)
}
