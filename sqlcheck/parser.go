package sqlcheck

import (
	"fmt"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// Parser names the SQL parser of this build and the version of its grammar, as
// in "pg_query (grammar of PostgreSQL 16)".
func Parser() string {
	return fmt.Sprintf("%s (grammar of PostgreSQL %d)", pgparse.Backend, pgparse.Grammar)
}
