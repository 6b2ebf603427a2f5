// Package settings says where things are.
package settings

import "os"

// Key opens the database.
func Key() string { return os.Getenv("SUPABASE_SERVICE_ROLE_KEY") }

// MaxStudents is how many students a centre has on the free plan.
const MaxStudents = 30
