package schema

import (
	"strconv"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// names returns the texts of a list of name parts.
func names(nodes []*pg.Node) []string {
	out := make([]string, 0, len(nodes))
	for _, n := range nodes {
		out = append(out, n.GetString_().GetSval())
	}
	return out
}

// qualified splits a name list into schema and name.
func qualified(nodes []*pg.Node) (schema, name string) {
	parts := names(nodes)
	switch len(parts) {
	case 0:
		return "", ""
	case 1:
		return "", parts[0]
	}
	return parts[len(parts)-2], parts[len(parts)-1]
}

// roleName returns the role that a RoleSpec names; current is who SET ROLE made current.
func roleName(r *pg.RoleSpec, current string) string {
	switch r.GetRoletype() {
	case pg.RoleSpecType_ROLESPEC_CSTRING:
		if r.GetRolename() == migratingRole {
			return "current_user"
		}
		return r.GetRolename()
	case pg.RoleSpecType_ROLESPEC_PUBLIC:
		return "public"
	case pg.RoleSpecType_ROLESPEC_CURRENT_ROLE, pg.RoleSpecType_ROLESPEC_CURRENT_USER:
		if current != "" {
			return current
		}
		return "current_user"
	case pg.RoleSpecType_ROLESPEC_SESSION_USER:
		return "session_user"
	}
	return ""
}

// constant returns the text of a constant, through casts.
func constant(n *pg.Node) (string, bool) {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	c := n.GetAConst()
	switch {
	case c == nil || c.GetIsnull():
		return "", false
	case c.GetSval() != nil:
		return c.GetSval().GetSval(), true
	case c.GetFval() != nil:
		return c.GetFval().GetFval(), true
	case c.GetBoolval() != nil:
		return strconv.FormatBool(c.GetBoolval().GetBoolval()), true
	case c.GetIval() != nil:
		return strconv.Itoa(int(c.GetIval().GetIval())), true
	}
	return "", false
}

// typeName prints a type's base name as format_type does.
func typeName(t *pg.TypeName) string {
	schema, name := qualified(t.GetNames())
	if schema == "pg_catalog" || schema == "" {
		if long, ok := longTypes[name]; ok {
			name = long
		}
	} else {
		name = schema + "." + name
	}
	if len(t.GetArrayBounds()) > 0 { // of any number of dimensions
		name += "[]"
	}
	return name
}

var longTypes = map[string]string{
	"int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision",
	"bool": "boolean", "varchar": "character varying", "bpchar": "character",
	"timestamptz": "timestamp with time zone", "timestamp": "timestamp without time zone",
	"timetz": "time with time zone", "time": "time without time zone", "varbit": "bit varying",
	"decimal": "numeric",
	"serial":  "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
	"smallserial": "smallint", "serial2": "smallint",
}

func isSerial(t *pg.TypeName) bool {
	schema, name := qualified(t.GetNames())
	switch name {
	case "serial", "serial2", "serial4", "serial8", "bigserial", "smallserial":
		return schema == "" || schema == "pg_catalog"
	}
	return false
}

// option finds an option of a statement.
func option(options []*pg.Node, name string) *pg.DefElem {
	for _, o := range options {
		if d := o.GetDefElem(); d.GetDefname() == name {
			return d
		}
	}
	return nil
}

// isTrue reads the argument of an option such as security_invoker; without
// argument it is true, as on the server.
func isTrue(d *pg.DefElem) bool {
	if d == nil {
		return false
	}
	arg := d.GetArg()
	switch {
	case arg == nil:
		return true
	case arg.GetInteger() != nil:
		return arg.GetInteger().GetIval() != 0
	case arg.GetBoolean() != nil:
		return arg.GetBoolean().GetBoolval()
	}
	text, _ := optionText(d)
	switch text {
	case "true", "on", "yes", "1", "t", "y":
		return true
	}
	return false
}

// optionText is the argument of an option as a word.
func optionText(d *pg.DefElem) (string, bool) {
	if d.GetArg() == nil {
		return "", false
	}
	text := d.GetArg().GetString_().GetSval()
	if d.GetArg().GetTypeName() != nil { // true and false are read as type names here
		_, text = qualified(d.GetArg().GetTypeName().GetNames())
	}
	return strings.ToLower(text), true
}
