package schema

import (
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// Who runs the migrations, and in which database, is not known; code builds
// statements with it all the same. These names stand in for it. A comparison with
// one has no answer.
const (
	migratingRole = "tenantvet_migrating_role"
	thisDatabase  = "tenantvet_this_database"
)

func isStandIn(v value) bool {
	return strings.Contains(v.text, migratingRole) || strings.Contains(v.text, thisDatabase)
}

// whoever evaluates CURRENT_USER and its like.
func (c *catalog) whoever(op pg.SQLValueFunctionOp) value {
	name := c.role
	switch op {
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_USER, pg.SQLValueFunctionOp_SVFOP_CURRENT_ROLE, pg.SQLValueFunctionOp_SVFOP_USER:
	case pg.SQLValueFunctionOp_SVFOP_SESSION_USER:
		name = c.user
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:
		return textValue(thisDatabase)
	case pg.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:
		return textValue(c.creationSchema())
	default:
		return value{}
	}
	if name == "" {
		name = migratingRole
	}
	return textValue(name)
}
