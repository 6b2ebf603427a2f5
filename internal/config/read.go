package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// A reader turns YAML nodes into a Config. It goes over the syntax tree rather
// than through the decoder, which converts between types ("1" to 1, a scalar to
// a list) where a strict reader must not.
type reader struct {
	file   string
	inline bool // see [Inline]
	errs   Errors
}

func (r *reader) fail(tok *token.Token, format string, args ...any) {
	e := &Error{File: r.file, Message: fmt.Sprintf(format, args...)}
	if tok != nil && tok.Position != nil {
		e.Line, e.Column = tok.Position.Line, tok.Position.Column
	}
	r.errs = append(r.errs, e)
}

func (r *reader) config(data []byte) (c Config) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			r.fail(syntax.GetToken(), "not valid YAML: %s", oneLine(syntax.GetMessage()))
		} else {
			r.fail(nil, "not valid YAML: %s", oneLine(err.Error()))
		}
		return Config{}
	}
	c.File = r.file
	var docs []*ast.DocumentNode
	for _, d := range file.Docs {
		if d.Body != nil && d.Body.Type() != ast.NullType && d.Body.Type() != ast.CommentType {
			docs = append(docs, d)
		}
	}
	const start = "start it with \"version: 1\""
	switch {
	case len(docs) == 0:
		r.errs = append(r.errs, &Error{File: r.file, Line: 1, Column: 1, Message: "no version; " + start})
		return c
	case len(docs) > 1:
		r.fail(docs[1].Body.GetToken(), "second YAML document; keep one")
		return c
	}
	seen := false
	r.mapping(docs[0].Body, "the configuration", map[string]func(ast.Node){
		"version":  func(n ast.Node) { seen = true; c.Version = r.version(n) },
		"strategy": func(n ast.Node) { c.Strategy = r.oneOf(n, "strategy", []string{RLS, Filter, Both}) },
		"tenant": func(n ast.Node) {
			r.mapping(n, "tenant", map[string]func(ast.Node){
				"columns":  func(n ast.Node) { c.Tenant.Columns = r.names(n, "tenant.columns", checkName("column")) },
				"settings": func(n ast.Node) { c.Tenant.Settings = lower(r.names(n, "tenant.settings", checkSetting)) },
				"tables":   func(n ast.Node) { c.Tenant.Tables = r.names(n, "tenant.tables", checkName("table")) },
				"verified": func(n ast.Node) {
					c.Tenant.Verified, c.VerifiedPositions = r.reasons(n, "tenant.verified", checkFunction)
				},
			})
		},
		"schema": func(n ast.Node) { c.Schema, c.SchemaPositions = r.namesAt(n, "schema", checkGlob) },
		"shared": func(n ast.Node) { c.Shared = r.names(n, "shared", checkName("table")) },
		"packages": func(n ast.Node) {
			r.mapping(n, "packages", map[string]func(ast.Node){
				"privileged": func(n ast.Node) { c.Packages.Privileged = r.names(n, "packages.privileged", checkPackage) },
				"client":     func(n ast.Node) { c.Packages.Client = r.names(n, "packages.client", checkPackage) },
			})
		},
		"handles": func(n ast.Node) {
			r.mapping(n, "handles", map[string]func(ast.Node){
				"privileged": func(n ast.Node) {
					c.Handles.Privileged, c.HandlePositions = r.reasons(n, "handles.privileged", checkHandle)
				},
			})
		},
		"roles": func(n ast.Node) {
			r.mapping(n, "roles", map[string]func(ast.Node){
				"app":       func(n ast.Node) { c.Roles.App = r.names(n, "roles.app", checkName("role")) },
				"migrating": func(n ast.Node) { c.Roles.Migrating = r.name(n, "roles.migrating", checkName("role")) },
			})
		},
		"limits": func(n ast.Node) { c.Limits, c.LimitPositions = r.limits(n) },
		"apis":   func(n ast.Node) { c.APIs = r.apis(n) },
		"rules":  func(n ast.Node) { c.Rules, c.RulePositions = r.rules(n) },
		"tests":  func(n ast.Node) { c.Tests, _ = r.boolean(n, "tests") },
	})
	if !seen && docs[0].Body.Type() == ast.MappingType {
		first := docs[0].Body.(*ast.MappingNode)
		tok := first.GetToken()
		if len(first.Values) > 0 {
			tok = first.Values[0].Key.GetToken()
		}
		r.fail(tok, "no version; %s", start)
	}
	return c
}

// mapping calls the reader of each key of n. An absent value is like an absent key.
func (r *reader) mapping(n ast.Node, what string, keys map[string]func(ast.Node)) {
	r.entries(n, what, func(key string, tok *token.Token, value ast.Node) {
		read, ok := keys[key]
		if !ok {
			known := make([]string, 0, len(keys))
			for k := range keys {
				known = append(known, k)
			}
			slices.Sort(known)
			if near := Closest(key, known); near != "" {
				r.fail(tok, "unknown key %q in %s; did you mean %q?", key, what, near)
			} else {
				r.fail(tok, "unknown key %q in %s; it has %s", key, what, strings.Join(known, ", "))
			}
			return
		}
		if value.Type() != ast.NullType || key == "version" {
			read(value)
		}
	})
}

// entries calls f for each entry of the mapping n.
func (r *reader) entries(n ast.Node, what string, f func(key string, tok *token.Token, value ast.Node)) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.fail(n.GetToken(), "%s must be a mapping of keys to values, not %s", what, kind(n))
		return
	}
	seen := map[string]bool{}
	for _, v := range m.Values {
		tok := v.Key.GetToken()
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			r.fail(tok, "a key of %s must be a plain name, not %s", what, kind(v.Key))
			continue
		}
		if seen[key.Value] {
			r.fail(tok, "key %q is given twice in %s; keep one", key.Value, what)
			continue
		}
		seen[key.Value] = true
		f(key.Value, tok, v.Value)
	}
}

func (r *reader) version(n ast.Node) int {
	i, ok := n.(*ast.IntegerNode)
	if !ok {
		r.fail(n.GetToken(), "version must be the number %d, not %s", Version, kind(n))
		return 0
	}
	if i.Token.Value != fmt.Sprint(Version) {
		r.fail(n.GetToken(), "version %s is not known to this tenantvet, which reads version %d; write \"version: %d\" or update tenantvet", i.Token.Value, Version, Version)
		return 0
	}
	return Version
}

// oneOf reads one of a few words.
func (r *reader) oneOf(n ast.Node, what string, known []string) string {
	s, ok := text(n)
	if !ok || !slices.Contains(known, s) {
		given := kind(n)
		if ok {
			given = fmt.Sprintf("%q", s)
		}
		message := fmt.Sprintf("%s must be one of %s, not %s", what, strings.Join(known, ", "), given)
		if near := Closest(s, known); ok && near != "" {
			message += fmt.Sprintf("; did you mean %q?", near)
		}
		r.fail(n.GetToken(), "%s", message)
		return ""
	}
	return s
}

func (r *reader) names(n ast.Node, what string, check func(string) string) []string {
	out, _ := r.namesAt(n, what, check)
	return out
}

func (r *reader) name(n ast.Node, what string, check func(string) string) string {
	s, ok := text(n)
	if !ok {
		r.fail(n.GetToken(), "%s must be text, not %s", what, kind(n))
		return ""
	}
	if message := check(s); message != "" {
		r.fail(n.GetToken(), "%s", message)
		return ""
	}
	return s
}

func (r *reader) namesAt(n ast.Node, what string, check func(string) string) ([]string, []Position) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(n.GetToken(), "%s must be a list, as in [a, b], not %s", what, kind(n))
		return nil, nil
	}
	var out []string
	var at []Position
	for _, v := range seq.Values {
		s, ok := text(v)
		if !ok {
			r.fail(v.GetToken(), "an entry of %s must be text, not %s", what, kind(v))
			continue
		}
		if message := check(s); message != "" {
			r.fail(v.GetToken(), "%s", message)
			continue
		}
		out = append(out, s)
		at = append(at, Position{v.GetToken().Position.Line, v.GetToken().Position.Column})
	}
	return out, at
}

func (r *reader) rules(n ast.Node) (map[string]bool, map[string]Position) {
	on, at := map[string]bool{}, map[string]Position{}
	r.entries(n, "rules", func(key string, tok *token.Token, value ast.Node) {
		if b, ok := r.boolean(value, "rule "+key); ok {
			on[key] = b
		}
		at[key] = Position{tok.Position.Line, tok.Position.Column}
	})
	return on, at
}

// reasons reads what is declared with a reason for each name: a mapping, or a
// list of names with their reasons.
func (r *reader) reasons(n ast.Node, what string, check func(string) string) (map[string]string, map[string]Position) {
	reasons, at := map[string]string{}, map[string]Position{}
	add := func(name string, tok *token.Token, value ast.Node) {
		if message := check(name); message != "" {
			r.fail(tok, "%s", message)
			return
		}
		var reason string
		ok := value != nil
		if ok {
			reason, ok = text(value)
		}
		if !ok || strings.TrimSpace(reason) == "" {
			r.fail(tok, "%s needs the reason for it, as text", name)
			return
		}
		reasons[name], at[name] = reason, Position{tok.Position.Line, tok.Position.Column}
	}
	list, isList := n.(*ast.SequenceNode)
	switch {
	case isList:
		for _, v := range list.Values {
			r.named(v, what, add)
		}
	case r.inline:
		r.fail(n.GetToken(), "%s must be a list here, as in [{name: internal/store.Store.pool, reason: why}]: as keys, names lose their case", what)
	default:
		r.entries(n, what, add)
	}
	return reasons, at
}

// named reads a name and the reason for it.
func (r *reader) named(n ast.Node, what string, add func(name string, tok *token.Token, reason ast.Node)) {
	var name string
	var tok *token.Token
	var reason ast.Node
	failed := len(r.errs)
	r.mapping(n, "an entry of "+what, map[string]func(ast.Node){
		"name": func(n ast.Node) {
			tok = n.GetToken()
			var ok bool
			if name, ok = text(n); !ok {
				r.fail(tok, "name must be text, not %s", kind(n))
			}
		},
		"reason": func(n ast.Node) { reason = n },
	})
	switch {
	case len(r.errs) > failed:
	case tok == nil:
		r.fail(n.GetToken(), "an entry of %s needs a name", what)
	default:
		add(name, tok, reason)
	}
}

// limits reads tables with the column that says how many rows a tenant may have.
func (r *reader) limits(n ast.Node) (map[string]string, map[string]Position) {
	limits, at := map[string]string{}, map[string]Position{}
	r.entries(n, "limits", func(key string, tok *token.Token, value ast.Node) {
		column, ok := text(value)
		table, name, qualified := cutLast(column, ".")
		switch message := checkName("table")(key); {
		case message != "":
			r.fail(tok, "%s", message)
		case !ok || !qualified || checkName("table")(table) != "" || checkName("column")(name) != "":
			r.fail(tok, "limit of %s must be the column that says how many rows a tenant may have, as in plans.max_%s", key, key)
		default:
			limits[key], at[key] = column, Position{tok.Position.Line, tok.Position.Column}
		}
	})
	return limits, at
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (r *reader) boolean(n ast.Node, what string) (value, ok bool) {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		r.fail(n.GetToken(), "%s must be true or false, not %s", what, kind(n))
		return false, false
	}
	return b.Value, true
}

func text(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), true
	}
	return "", false
}

// kind names a node for a message.
func kind(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode:
		return fmt.Sprintf("the text %q", n.Value)
	case *ast.LiteralNode:
		return "a block of text"
	case *ast.NullNode:
		return "nothing"
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "an anchor, alias or merge (write the value out)"
	case *ast.TagNode:
		return "a tag"
	}
	return "that"
}

func lower(names []string) []string {
	for i, n := range names {
		names[i] = strings.ToLower(n)
	}
	return names
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
