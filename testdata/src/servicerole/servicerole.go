package servicerole

import (
	"log"
	"os"
)

// Bad: a request handler's package reads the service key.
func Key() string {
	return os.Getenv("SUPABASE_SERVICE_ROLE_KEY") // want `service-role credential outside the privileged packages: reads SUPABASE_SERVICE_ROLE_KEY`
}

// Bad: through a helper.
func must(name string) string {
	v, ok := os.LookupEnv(name)
	if !ok {
		log.Fatalf("%s is not set", name)
	}
	return v
}

func Helper() string {
	return must("SUPABASE_SERVICE_KEY") // want `reads SUPABASE_SERVICE_KEY`
}

// Bad: the key itself. (Not a real one.)
const key = "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz" // want `supabase secret key in the source`

// Bad: a configuration struct that holds it.
type Config struct {
	ServiceKey string `env:"SUPABASE_SERVICE_ROLE_KEY"` // want `holds SUPABASE_SERVICE_ROLE_KEY`
	AnonKey    string `env:"SUPABASE_ANON_KEY"`
}

// Fixed.
func Anon() string { return os.Getenv("SUPABASE_ANON_KEY") }

// Mentions are not uses.
func Mentions(role string) bool {
	// SUPABASE_SERVICE_ROLE_KEY must not be set here.
	if role == "service_role" {
		log.Print("service_role is not allowed; unset SUPABASE_SERVICE_ROLE_KEY")
		return false
	}
	return role != "BYPASSRLS"
}
