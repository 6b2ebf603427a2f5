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

// An Entry is a place where a credential comes into a package.
type Entry struct {
	Pos, End token.Pos
	Origin
	Function string // the declared function around it, "" outside of any
	// File is the file that holds it, where it is embedded.
	File string
	// Login: it is a whole connection string, whose login bypasses.
	Login bool
	// From is what hands it over, where it comes from a privileged package.
	From types.Object
	// Uses are what the package does with it, as far as that says more.
	Uses []Use

	in *ssa.Function // nil where it stands outside of functions
}

// A Use is something that is done with a credential.
type Use struct {
	Pos  token.Pos
	What string
}

// entries lists where credentials come into the package, in source order.
func (t *tracer) entries() []Entry {
	out := slices.Clone(t.lits)
	for i := range out {
		out[i].Function = functionAt(t.src.Files, out[i].Pos)
	}
	for _, fn := range t.src.Functions() {
		t.entriesIn(fn, &out)
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return int(a.Pos) - int(b.Pos) })
	return slices.CompactFunc(out, func(a, b Entry) bool { return a.Pos == b.Pos && a.What == b.What })
}

func (t *tracer) entriesIn(fn *ssa.Function, out *[]Entry) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			v, ok := instr.(ssa.Value)
			if !ok || t.files.test(instr.Pos()) || t.files.generated(instr.Pos()) {
				continue
			}
			switch v := v.(type) {
			case *ssa.Call:
				t.callEntry(v, out)
				t.loginEntry(v, out)
			case *ssa.Alloc:
				t.loginEntry(v, out)
			case *ssa.Lookup:
				t.valueEntry(v, t.lookup(v), nil, out)
			case *ssa.Field:
				t.foreign(v, fieldOf(v.X.Type(), v.Field), out)
			case *ssa.UnOp:
				switch addr := v.X.(type) {
				case *ssa.FieldAddr:
					t.foreign(v, fieldOf(addr.X.Type(), addr.Field), out)
				case *ssa.Global:
					global, _ := addr.Object().(*types.Var)
					t.foreign(v, global, out)
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		t.entriesIn(anon, out)
	}
}

// callEntry adds a call that reads a credential, or gets one from a privileged
// package.
func (t *tracer) callEntry(call *ssa.Call, out *[]Entry) {
	if names, ok := t.reads(call); ok {
		if t.binds(call) {
			for _, name := range names {
				if made := t.named([]string{name}, call); len(made.origins) > 0 {
					t.add(call, made.origins[0], nil, nil, out)
				}
			}
			return
		}
		t.valueEntry(call, t.named(names, call), nil, out)
		t.suggested(names, call, out)
		return
	}
	static := call.Call.StaticCallee()
	if static == nil {
		return
	}
	fn, _ := static.Object().(*types.Func)
	if fn == nil || fn.Pkg() == nil || fn.Pkg() == t.pass.Pkg {
		return
	}
	holds := t.holdsOf(fn.Origin())
	if holds == nil {
		return
	}
	for _, h := range holds.Values {
		if h.Slot < fn.Signature().Results().Len() && isText(fn.Signature().Results().At(h.Slot).Type()) {
			t.privilegedEntry(call, h.Origins, fn, out)
		}
	}
}

// suggested adds a read of a variable whose name only speaks of a service role,
// if a Supabase client is made with its value.
func (t *tracer) suggested(names []string, call *ssa.Call, out *[]Entry) {
	for _, name := range names {
		if credential.IsServiceRoleEnv(name) || !credential.SuggestsServiceRole(name) {
			continue
		}
		var uses []Use
		t.uses(call, map[ssa.Value]bool{}, &uses)
		if slices.ContainsFunc(uses, func(u Use) bool { return u.What == makesClient }) {
			t.add(call, t.origin(name, Read, call.Pos()), uses, nil, out)
		}
	}
}

// foreign adds a read of a field or variable of a privileged package.
func (t *tracer) foreign(load ssa.Value, v *types.Var, out *[]Entry) {
	if !isText(load.Type()) {
		return
	}
	var fact Holds
	if v == nil || v.Pkg() == nil || v.Pkg() == t.pass.Pkg || !t.pass.ImportObjectFact(v, &fact) {
		return
	}
	for _, h := range fact.Values {
		t.privilegedEntry(load, h.Origins, v, out)
	}
}

func (t *tracer) privilegedEntry(v ssa.Value, origins []Origin, from types.Object, out *[]Entry) {
	for _, o := range origins {
		if o.Bypass && o.Privileged {
			t.valueEntry(v, known(o), from, out)
			return
		}
	}
}

// valueEntry adds a value that is a credential, unless the program only looks
// whether there is one.
func (t *tracer) valueEntry(v ssa.Value, made trace, from types.Object, out *[]Entry) {
	var uses []Use
	for _, o := range made.origins {
		if !o.Bypass || o.How == Literal && from == nil { // found where it stands
			continue
		}
		if used := t.uses(v, map[ssa.Value]bool{}, &uses); !used {
			return
		}
		t.add(v, o, uses, from, out)
	}
}

func (t *tracer) add(v ssa.Value, o Origin, uses []Use, from types.Object, out *[]Entry) {
	fn := v.(ssa.Instruction).Parent()
	e := Entry{Pos: v.Pos(), End: v.Pos(), Origin: o, Uses: firstUses(uses), From: from, in: fn, Function: functionAt(t.src.Files, v.Pos())}
	if call := t.files.calls[v.Pos()]; call != nil {
		e.Pos, e.End = call.Pos(), call.End()
	}
	*out = append(*out, e)
}

// loginEntry adds a URL or configuration that is given a login which bypasses.
func (t *tracer) loginEntry(v ssa.Value, out *[]Entry) {
	if !t.carries(v.Type()) && !isTuple(v.Type()) {
		return
	}
	set := t.fields(v)
	if set.User == "" {
		return
	}
	for _, o := range set.trace(t).origins {
		if o.Bypass {
			*out = append(*out, Entry{Pos: set.at, End: set.at, Origin: o, Function: functionAt(t.src.Files, set.at), Login: true, in: v.Parent()})
		}
	}
}

func isTuple(t types.Type) bool { _, ok := t.(*types.Tuple); return ok }

// binds reports whether a call has a variable arrive elsewhere.
func (t *tracer) binds(call *ssa.Call) bool {
	static := call.Call.StaticCallee()
	if static == nil {
		return false
	}
	fn, _ := static.Object().(*types.Func)
	r := t.env.Reader(fn)
	return r != nil && r.Binds
}

// maxUses bounds the uses that are told.
const maxUses = 3

func firstUses(uses []Use) []Use {
	slices.SortStableFunc(uses, func(a, b Use) int { return int(a.Pos) - int(b.Pos) })
	uses = slices.Compact(uses)
	return uses[:min(len(uses), maxUses)]
}

// uses reports whether a value is used for more than to see whether it is
// there, and adds the uses that say what for.
func (t *tracer) uses(v ssa.Value, seen map[ssa.Value]bool, out *[]Use) (used bool) {
	if seen[v] || v.Referrers() == nil {
		return false
	}
	seen[v] = true
	for _, instr := range *v.Referrers() {
		switch instr := instr.(type) {
		case *ssa.DebugRef:
		case *ssa.BinOp:
			switch {
			case instr.Op == token.ADD:
				t.uses(instr, seen, out)
				used = true
			case !comparesWithNothing(instr, v):
				used = true
			}
		case *ssa.Extract:
			if isText(instr.Type()) && t.uses(instr, seen, out) {
				used = true
			}
		case *ssa.Phi, *ssa.ChangeType, *ssa.Convert, *ssa.MakeInterface:
			used = t.uses(instr.(ssa.Value), seen, out) || used
		case *ssa.Store:
			if alloc, ok := instr.Addr.(*ssa.Alloc); ok && instr.Val == v {
				used = t.usesOf(alloc, seen, out) || used
				continue
			}
			used = true
			if elem, ok := instr.Addr.(*ssa.IndexAddr); ok { // of a variadic argument
				t.usesOfSlice(elem, seen, out)
			}
		case ssa.CallInstruction:
			used = t.usedBy(instr, v, seen, out) || used
		default:
			used = true
		}
	}
	return used
}

// usesOf follows a variable to its reads.
func (t *tracer) usesOf(alloc *ssa.Alloc, seen map[ssa.Value]bool, out *[]Use) (used bool) {
	for _, instr := range *alloc.Referrers() {
		switch instr := instr.(type) {
		case *ssa.UnOp:
			used = t.uses(instr, seen, out) || used
		case *ssa.Store, *ssa.DebugRef:
		default:
			used = true // captured, or its address goes on
		}
	}
	return used
}

func (t *tracer) usesOfSlice(elem *ssa.IndexAddr, seen map[ssa.Value]bool, out *[]Use) {
	array, ok := elem.X.(*ssa.Alloc)
	if !ok {
		return
	}
	for _, instr := range *array.Referrers() {
		if s, ok := instr.(*ssa.Slice); ok {
			t.uses(s, seen, out)
		}
	}
}

// usedBy looks at a call that gets a credential.
func (t *tracer) usedBy(call ssa.CallInstruction, v ssa.Value, seen map[ssa.Value]bool, out *[]Use) (used bool) {
	common := call.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		return b.Name() != "len"
	}
	if what := t.purpose(common); what != "" {
		*out = append(*out, Use{call.Common().Pos(), what})
		return true
	}
	static := common.StaticCallee()
	if static == nil {
		return true
	}
	if fn, _ := static.Object().(*types.Func); fn != nil && passes(fn) != nothing {
		result := call.Value()
		if result == nil {
			return true
		}
		trims := fn.Pkg().Path() == "strings" && strings.HasPrefix(fn.Name(), "Trim")
		return t.uses(result, seen, out) || !trims
	}
	return true
}

// purpose says what a call does with a credential, "" where that is not known.
func (t *tracer) purpose(common *ssa.CallCommon) string {
	static := common.StaticCallee()
	if static == nil || static.Object() == nil || static.Object().Pkg() == nil {
		return ""
	}
	fn, _ := static.Object().(*types.Func)
	if fn == nil {
		return ""
	}
	if m, ok := t.api.Method(fn.Origin()); ok && m.Effect == dbapi.Open {
		return "opens a connection with it"
	}
	switch path := fn.Pkg().Path(); {
	case isSupabase(path):
		return makesClient
	case path == "net/http" && (fn.Name() == "Set" || fn.Name() == "Add"):
		if name := headerName(common.Args); name != "" {
			return "sends it as " + name
		}
	}
	return ""
}

const makesClient = "makes a Supabase client with it"

// isSupabase tells the libraries that talk to Supabase's own interfaces.
func isSupabase(path string) bool {
	for _, prefix := range []string{"github.com/supabase-community/", "github.com/supabase/", "github.com/nedpals/supabase-go", "github.com/nedpals/postgrest-go", "github.com/lengzuo/supa"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

func headerName(args []ssa.Value) string {
	for _, a := range args {
		if c, ok := a.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
			switch name := constant.StringVal(c.Value); strings.ToLower(name) {
			case "apikey", "authorization":
				return name
			}
		}
	}
	return ""
}

// comparesWithNothing reports whether a comparison asks whether a value is there.
func comparesWithNothing(op *ssa.BinOp, v ssa.Value) bool {
	if op.Op != token.EQL && op.Op != token.NEQ {
		return false
	}
	for _, side := range []ssa.Value{op.X, op.Y} {
		if side == v {
			continue
		}
		c, ok := side.(*ssa.Const)
		if !ok || c.Value != nil && (c.Value.Kind() != constant.String || constant.StringVal(c.Value) != "") {
			return false
		}
	}
	return true
}
