// Package config reads what programs are configured with.
package config

import "os"

func ServiceKey() string { return os.Getenv("SUPABASE_SERVICE_ROLE_KEY") }

func AnonKey() string { return os.Getenv("SUPABASE_ANON_KEY") }

// Secret is linked into the programs that refer to it. (Not a real one.)
var Secret = "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz"

// Unused is linked into none.
func Unused() string { return os.Getenv("SUPABASE_DB_URL") }
