package provenance

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/internal/credential"
)

// isConfigPackage tells the packages whose functions turn connection strings
// into what a connection is opened with.
func isConfigPackage(path string) bool {
	switch path {
	case "github.com/jackc/pgx/v5", "github.com/jackc/pgx/v5/pgxpool", "github.com/jackc/pgx/v5/pgconn", "github.com/jackc/pgx/v5/stdlib",
		"github.com/jackc/pgx/v4", "github.com/jackc/pgx/v4/pgxpool", "github.com/jackc/pgconn", "github.com/jackc/pgx/v4/stdlib",
		"github.com/lib/pq", "gorm.io/driver/postgres", "github.com/uptrace/bun/driver/pgdriver", "github.com/go-pg/pg/v10":
		return true
	}
	return false
}

// isConfig tells the types that say what a connection is opened with.
func isConfig(named *types.Named) bool {
	if !isConfigPackage(named.Obj().Pkg().Path()) {
		return false
	}
	switch named.Obj().Name() {
	case "Config", "ConnConfig", "Connector", "Options", "Option":
		return true
	}
	return false
}

// opens says what a call opens a connection with.
func (t *tracer) opens(call ssa.CallInstruction) trace {
	common := call.Common()
	static := common.StaticCallee()
	if static == nil {
		return other()
	}
	fn, _ := static.Object().(*types.Func)
	if fn == nil {
		return other()
	}
	m, ok := t.api.Method(fn.Origin())
	if !ok || m.Effect != dbapi.Open {
		return other()
	}
	if m.DSN >= 0 && m.DSN < len(common.Args) {
		return t.trace(common.Args[m.DSN])
	}
	return t.parts(flat(common.Args))
}

// text is the trace of a text as far as it is known; its holes are marked.
func (t *tracer) text(text string, at token.Pos) trace {
	var out trace
	for _, m := range credential.Find(text) {
		if m.Kind == credential.DSN && stepsDown(text[m.Start:m.End]) {
			continue
		}
		if m.Bypass || m.Kind == credential.DSN && m.Login != "" && !strings.ContainsAny(m.Login, "%⟨") {
			o := t.origin(string(m.Kind), Literal, at)
			o.Bypass, o.Role = m.Bypass, strings.ToLower(m.Login)
			out.add(known(o))
		}
	}
	out.other = len(out.origins) == 0
	return out
}

// stepsDown reports whether a connection string has the server switch to another
// role at once.
func stepsDown(dsn string) bool {
	return strings.Contains(dsn, "role=") || strings.Contains(strings.ToLower(dsn), "role%3d")
}

// composed says what a value is that is put together from others: a connection
// string by what is known of its text, or a credential if a part is one.
func (t *tracer) composed(v ssa.Value, at *ssa.BasicBlock, from []ssa.Value) trace {
	if isText(v.Type()) {
		var whole trace
		for _, tpl := range t.texts.Text(v, at).Templates {
			whole.add(t.text(tpl.String(), v.Pos()))
		}
		if len(whole.origins) > 0 {
			return whole
		}
	}
	out := t.parts(from)
	if set := t.fields(v); set.changed {
		if set.User == "" && !set.Steps {
			return out
		}
		return set.trace(t)
	}
	return out
}

// composite says what a struct literal opens: a URL or a configuration.
func (t *tracer) composite(a *ssa.Alloc) (trace, bool) {
	named, ok := types.Unalias(a.Type().Underlying().(*types.Pointer).Elem()).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return trace{}, false
	}
	isURL := named.Obj().Pkg().Path() == "net/url" && named.Obj().Name() == "URL"
	if !isURL && !isConfig(named) {
		return trace{}, false
	}
	set := t.fields(a)
	if set.User != "" {
		return set.trace(t), true
	}
	return t.parts(set.dsn), len(set.dsn) > 0
}

// A setFields is what a function stores in the fields of a configuration.
type setFields struct {
	User, Host string
	at         token.Pos   // where User is set
	Steps      bool        // the session switches to another role at once
	dsn        []ssa.Value // other parts that decide
	changed    bool
}

func (s setFields) trace(t *tracer) trace {
	if s.Steps || s.User == "?" {
		return other()
	}
	host := s.Host
	if host == "" {
		host = "⟨host⟩"
	}
	found := t.text("postgres://"+s.User+":⟨password⟩@"+host+"/", s.at)
	for i := range found.origins {
		found.origins[i].What = "login " + s.User
	}
	return found
}

// fields gathers what the function stores in the fields of a value.
func (t *tracer) fields(of ssa.Value) setFields {
	var out setFields
	fn := of.Parent()
	if fn == nil {
		return out
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				fa, ok := instr.Addr.(*ssa.FieldAddr)
				if !ok || !rootedIn(fa.X, of) {
					continue
				}
				f := fieldOf(fa.X.Type(), fa.Field)
				if f == nil {
					continue
				}
				if f.Name() == "User" {
					out.at = instr.Pos()
				}
				out.set(t, f.Name(), instr.Val, b)
			case *ssa.MapUpdate: // cfg.ConnConfig.RuntimeParams["role"] = ..
				if key, ok := instr.Key.(*ssa.Const); ok && isRole(key) && rootedIn(instr.Map, of) {
					out.Steps, out.changed = true, true
				}
			}
		}
	}
	return out
}

func (s *setFields) set(t *tracer, field string, v ssa.Value, at *ssa.BasicBlock) {
	switch field {
	case "User":
		s.changed = true
		s.User = t.user(v, at)
	case "Host", "Addr":
		s.changed = true
		if hosts := t.texts.Text(v, at).Templates; len(hosts) == 1 {
			s.Host = hosts[0].String()
		}
	case "DSN", "ConnConfig", "Conn", "Config":
		s.dsn = append(s.dsn, v)
	}
}

// user is the login that a value names, "?" where that is not known. In a URL it
// is made by url.UserPassword.
func (t *tracer) user(v ssa.Value, at *ssa.BasicBlock) string {
	if call, ok := v.(*ssa.Call); ok {
		if fn := call.Call.StaticCallee(); fn != nil && fn.Pkg != nil && fn.Pkg.Pkg.Path() == "net/url" && len(call.Call.Args) > 0 {
			v = call.Call.Args[0]
		}
	}
	if !isText(v.Type()) {
		return "?"
	}
	texts := t.texts.Text(v, at).Templates
	if len(texts) == 1 {
		if name, ok := texts[0].Const(); ok && name != "" {
			return name
		}
		// postgres.<project> with the project filled in.
		if name := texts[0].String(); strings.HasPrefix(name, "postgres.") {
			return name
		}
	}
	return "?"
}

func isRole(key *ssa.Const) bool {
	return key.Value != nil && key.Value.Kind() == constant.String && strings.EqualFold(constant.StringVal(key.Value), "role")
}

// rootedIn reports whether a value is reached from another one through fields.
func rootedIn(v, root ssa.Value) bool {
	for range 8 {
		if v == root || same(v, root) {
			return true
		}
		switch x := v.(type) {
		case *ssa.FieldAddr:
			v = x.X
		case *ssa.Field:
			v = x.X
		case *ssa.UnOp:
			v = x.X
		default:
			return false
		}
	}
	return false
}

// same reports whether a value is the first result of a call.
func same(v, root ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Extract:
		return v.Tuple == root && v.Index == 0
	case *ssa.Alloc:
		return slices.ContainsFunc(*v.Referrers(), func(instr ssa.Instruction) bool {
			st, ok := instr.(*ssa.Store)
			return ok && st.Addr == v && st.Val != v && same(st.Val, root)
		})
	}
	return false
}
