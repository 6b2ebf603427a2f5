package schema

import (
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// call evaluates the functions that migrations build statements with.
func (e *env) call(f *pg.FuncCall) value {
	schema, name := qualified(f.GetFuncname())
	args := make([]value, 0, len(f.GetArgs()))
	for _, a := range f.GetArgs() {
		if named := a.GetNamedArgExpr(); named != nil {
			a = named.GetArg()
		}
		args = append(args, e.eval(a).single())
	}
	if fs := e.r.lookupFunctions(schema, name); len(fs) > 0 {
		return e.r.callFunction(fs, args)
	}
	if f.GetFuncVariadic() && len(args) > 0 && args[len(args)-1].kind == valList {
		last := args[len(args)-1]
		args = append(args[:len(args)-1], last.list...)
	}
	return builtin(e.r, name, args)
}

func builtin(r *replay, name string, args []value) value {
	for _, a := range args {
		if !a.known() || isStandIn(a) && !keepsStandIn(name) {
			return value{}
		}
	}
	one := len(args) > 0 && args[0].scalar()
	switch name {
	case "format":
		if one {
			if s, ok := formatValues(args[0].text, args[1:]); ok {
				return textValue(s)
			}
		}
	case "concat":
		return textValue(joinTexts("", args))
	case "concat_ws":
		if one {
			return textValue(joinTexts(args[0].text, args[1:]))
		}
	case "quote_ident":
		if one {
			return textValue(plpgsql.QuoteIdent(args[0].text))
		}
	case "quote_literal", "quote_nullable":
		if one {
			return textValue(plpgsql.QuoteLiteral(args[0].text))
		}
	case "lower":
		if one {
			return textValue(strings.ToLower(args[0].text))
		}
	case "upper":
		if one {
			return textValue(strings.ToUpper(args[0].text))
		}
	case "btrim", "trim":
		if one && len(args) == 1 {
			return textValue(strings.Trim(args[0].text, " "))
		}
	case "replace":
		if len(args) == 3 && one && args[1].scalar() && args[2].scalar() {
			return textValue(strings.ReplaceAll(args[0].text, args[1].text, args[2].text))
		}
	case "left":
		return leftText(args)
	case "length", "char_length":
		if one {
			return numberValue(len([]rune(args[0].text)))
		}
	case "starts_with":
		if len(args) == 2 && one && args[1].scalar() {
			return boolValue(strings.HasPrefix(args[0].text, args[1].text))
		}
	case "string_to_array":
		if len(args) == 2 && one && args[1].scalar() && args[1].text != "" {
			return listValue(strings.Split(args[0].text, args[1].text))
		}
	case "array_length", "cardinality":
		if len(args) > 0 && args[0].kind == valList {
			return numberValue(len(args[0].list))
		}
	case "array_append", "array_cat":
		if len(args) == 2 {
			return listOperator("||", args[0], args[1])
		}
	case "to_regclass":
		if one {
			schema, table := splitName(args[0].text)
			if t := r.table(schema, table); t != nil {
				return textValue(r.regclass(t))
			}
			return null
		}
	case "pg_get_function_identity_arguments":
		if one {
			return identityArguments(args[0].text)
		}
	case "current_database":
		return textValue(thisDatabase)
	case "current_schema":
		return textValue(r.creationSchema())
	case "set_config":
		if len(args) == 3 && one && strings.EqualFold(args[0].text, "search_path") && args[1].scalar() {
			r.setPath(splitPath(args[1].text), boolText(args[2]) == "true")
			return args[1]
		}
	}
	return value{}
}

// keepsStandIn reports whether a function puts its arguments into a text as they are.
func keepsStandIn(name string) bool {
	switch name {
	case "format", "concat", "concat_ws", "quote_ident", "quote_literal", "set_config":
		return true
	}
	return false
}

func joinTexts(sep string, args []value) string {
	var parts []string
	for _, a := range args {
		if a.scalar() {
			parts = append(parts, a.text)
		}
	}
	return strings.Join(parts, sep)
}

func leftText(args []value) value {
	if len(args) != 2 || !args[0].scalar() {
		return value{}
	}
	n, ok := 0, true
	for _, c := range []byte(args[1].text) {
		if !isDigit(c) || n > 1<<20 {
			ok = false
			break
		}
		n = n*10 + int(c-'0')
	}
	if !ok {
		return value{}
	}
	text := []rune(args[0].text)
	return textValue(string(text[:min(n, len(text))]))
}
