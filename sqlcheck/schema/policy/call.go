package policy

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// claims is the setting that holds the claims of a token, for PostgREST.
const claims = "request.jwt.claims"

// setting returns what a setting is in this run. It was never set, or was, in
// an earlier transaction, or is.
func (r *run) setting(name string, missingOK bool) value {
	name = strings.ToLower(name)
	options := append([]string{Mine, Unset, ""}, r.judge.values[name]...)
	if !strings.Contains(name, ".") {
		return value{kind: opaque, text: "setting " + name, from: ofContext} // one that the server has itself
	}
	picked, why := r.choose(name, Setting, [2]string{}, options...)
	switch picked {
	case Mine:
		return value{kind: token, text: name, from: ofContext, why: why}
	case Unset:
		if !missingOK {
			return value{kind: raised, why: why}
		}
		return value{why: why}
	}
	return value{kind: text, text: picked, from: ofContext, why: why}
}

// claim returns a member of a token's claims: missing, a value of the caller, or
// a constant that it is compared with somewhere.
func (r *run) claim(name string) value {
	picked, why := r.choose(name, Claim, [2]string{}, append([]string{Mine, Unset}, r.judge.values[name]...)...)
	switch picked {
	case Mine:
		return value{kind: token, text: name, from: ofContext, why: why}
	case Unset:
		return value{why: why}
	}
	return value{kind: text, text: picked, from: ofContext, why: why}
}

// member is a member of a JSON value.
func (r *run) member(v, key value) value {
	if out, done := strict(v, key); done {
		return out
	}
	if v.kind == token && v.from&ofContext != 0 {
		name := key.text
		if key.kind == array {
			var parts []string
			for _, k := range key.list {
				parts = append(parts, k.text)
			}
			name = strings.Join(parts, ".")
		}
		return r.claim(v.text + "." + strings.Trim(strings.ReplaceAll(name, ",", "."), "{}")).because(v.why | key.why)
	}
	if v.kind == free {
		if to, ok := r.binding(v); ok {
			return r.member(to, key)
		}
		return value{kind: free, text: v.text + "->" + key.text, from: v.from, at: v.at, why: v.why}
	}
	return unknown("->", v, key)
}

// keeps are functions that give different values for different ones.
var keeps = map[string]bool{"lower": true, "upper": true, "btrim": true, "trim": true, "to_jsonb": true, "to_json": true,
	"convert_to": true, "convert_from": true, "text": true, "uuid": true, "quote_literal": true, "replace": true}

func (r *run) call(f *pg.FuncCall, e *env) value {
	in, name := qualified(f.GetFuncname())
	args := r.all(f.GetArgs(), e)
	if fn := r.judge.function(in, name, len(args), e.path); fn != nil {
		return r.enter(fn, args, e)
	}
	if in == "" || in == "pg_catalog" {
		if v, ok := r.builtin(name, args); ok {
			return v
		}
	}
	if in == "auth" {
		if v, ok := r.supabase(name, args); ok {
			return v
		}
	}
	return unknown(strings.TrimPrefix(in+"."+name, "."), args...)
}

func (r *run) builtin(name string, args []value) (value, bool) {
	arg := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return value{}
	}
	switch name {
	case "current_setting":
		if arg(0).kind == text {
			ok := r.truth(arg(1))
			return r.setting(arg(0).text, ok.isTrue()).because(arg(0).why | ok.why), true
		}
	case "string_to_array", "regexp_split_to_array":
		if v, done := strict(args...); done {
			return v, true
		}
		return split(name, args), true
	case "unnest", "string_to_table", "regexp_split_to_table", "jsonb_array_elements_text", "json_array_elements_text", "jsonb_array_elements":
		if v, done := strict(args...); done {
			return v, true
		}
		if arg(0).kind == array && len(arg(0).list) == 0 {
			return value{why: arg(0).why}, true // no row
		}
		if arg(0).kind == array && len(arg(0).list) == 1 {
			return arg(0).list[0].because(arg(0).why), true
		}
		if arg(0).kind == token {
			return arg(0), true
		}
	case "jsonb_extract_path_text", "json_extract_path_text", "jsonb_extract_path", "json_extract_path":
		if len(args) > 1 {
			return r.member(args[0], value{kind: array, list: args[1:]}), true
		}
	case "length", "char_length":
		if v, done := strict(args...); done {
			return v, true
		}
		if arg(0).kind == text && arg(0).text == "" {
			return constant("0").because(arg(0).why), true
		}
	case "concat":
		out := constant("")
		for _, a := range args {
			if a.kind == raised {
				return a, true
			}
			if a.kind != null {
				out = concat(out, a)
			}
			out.why |= a.why
		}
		return out, true
	case "now", "clock_timestamp", "statement_timestamp", "transaction_timestamp":
		return value{kind: opaque, text: "the time"}, true
	case "pg_has_role", "has_table_privilege", "has_schema_privilege":
		return r.decide(unknown(name, args...).text, Role), true
	case "session_user", "user", "current_user", "getpgusername":
		return connected(), true
	}
	if keeps[name] && len(args) > 0 {
		if v, done := strict(args...); done {
			return v, true
		}
		if a := arg(0); a.kind == token || a.kind == free {
			return a, true
		} else if a.kind == text && len(args) == 1 {
			switch name {
			case "lower":
				a.text = strings.ToLower(a.text)
			case "upper":
				a.text = strings.ToUpper(a.text)
			case "btrim", "trim":
				a.text = strings.TrimSpace(a.text)
			}
			return a, true
		}
	}
	return value{}, false
}

// supabase knows the functions of Supabase's auth schema, which its migrations
// call but do not define.
func (r *run) supabase(name string, args []value) (value, bool) {
	switch name {
	case "uid":
		return r.claim("auth.uid()"), true
	case "email":
		return r.claim("auth.email()"), true
	case "jwt":
		return r.claim("auth.jwt()"), true
	case "role":
		// service_role passes the policies by, and nobody else can claim it.
		picked, why := r.choose("auth.role()", Claim, [2]string{}, "authenticated", "anon", Unset)
		if picked == Unset {
			return value{why: why}, true
		}
		return constant(picked).because(why), true
	}
	return value{}, false
}

// function finds a function that the migrations define: where the search_path
// comes to it first, else in "public", else anywhere.
func (j *Judge) function(in, name string, args int, path []string) *schema.Function {
	var found *schema.Function
	best := 0
	for _, f := range j.model.Functions {
		if f.Name != name || in != "" && f.Schema != in || args > len(f.Args) {
			continue
		}
		rank := 1
		if f.Schema == "public" {
			rank = 2
		}
		if i := slices.Index(path, f.Schema); i >= 0 {
			rank = 3 + len(path) - i
		}
		if rank *= 2; len(f.Args) == args {
			rank++
		}
		if rank > best {
			found, best = f, rank
		}
	}
	return found
}
