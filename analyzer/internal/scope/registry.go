package scope

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// Programs keep their open transactions in a map, under an id that a context or a
// message names, and look them up where they are used. Such a registry is a carrier
// as contexts are: what is put in is what comes out. It is a field, or a package
// variable, of its package, so that each place that puts something there is in sight,
// or calls a function that is.

// A Registration says what comes out of a registry.
type Registration struct {
	// Key names the registry: the field with its type and package.
	Key string
	// Posn is where a handle without the tenant's context is put there, "" where every
	// one has it.
	Posn string
}

func (r *Registration) String() string {
	if r == nil {
		return ""
	}
	return r.Key + " " + r.Posn
}

// registryMark stands before the name of a registry among the keys of contexts.
const registryMark = "registry "

// IsRegistry reports whether what a handle is put under is a registry, and not the
// key of a context.
func IsRegistry(key string) bool { return strings.HasPrefix(key, registryMark) }

// RegistryName is a registry's name, with its package.
func RegistryName(key string) string { return strings.TrimPrefix(key, registryMark) }

// registered is what is known of the handles in one registry.
type registered struct {
	kind dbapi.Kind
	// scoped: every handle in it has the tenant's context; bare: none has.
	scoped, bare bool
	posn         string // where a bare one is put there
}

// registryOf names the registry that a map, or a *sync.Map, is, "" for others.
func (p *packageEngine) registryOf(m ssa.Value) string {
	key, _ := p.registryAt(m)
	return key
}

// registryAt is registryOf for an address or what is read from it; exported tells
// whether other packages have a name for it.
func (p *packageEngine) registryAt(m ssa.Value) (key string, exported bool) {
	if load, ok := m.(*ssa.UnOp); ok && load.Op == token.MUL {
		m = load.X
	}
	switch at := m.(type) {
	case *ssa.FieldAddr:
		if !p.isRegistry(elem(at.Type())) {
			return "", false
		}
		n, ok := types.Unalias(elem(at.X.Type())).(*types.Named)
		if !ok || n.Obj().Pkg() != p.Pkg.Pkg {
			return "", false
		}
		field := fieldName(at)
		return registryMark + n.Obj().Pkg().Path() + "." + n.Obj().Name() + "." + field, token.IsExported(field) && n.Obj().Exported()
	case *ssa.Global:
		if at.Pkg != p.Pkg || !p.isRegistry(elem(at.Type())) {
			return "", false
		}
		return registryMark + at.Pkg.Pkg.Path() + "." + at.Name(), token.IsExported(at.Name())
	}
	return "", false
}

// isRegistry reports whether a type is that of maps of transactions and connections,
// or of maps of anything. Pools in a map are another matter: see choice.go.
func (p *packageEngine) isRegistry(t types.Type) bool {
	if isSyncMap(elem(t)) {
		return true
	}
	m, ok := t.Underlying().(*types.Map)
	if !ok {
		return false
	}
	kind := p.kindOf(m.Elem())
	return kind == dbapi.Tx || kind == dbapi.Conn || kind == dbapi.Session || kind == dbapi.Querier
}

func isSyncMap(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == "Map" && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "sync"
}

// putsIntoMap reports whether a method of sync.Map keeps its second argument, and
// takesFromMap whether its first result is what was kept.
func putsIntoMap(fn *types.Func) bool {
	return fullname.Is(fn, "(*sync.Map).Store", "(*sync.Map).LoadOrStore", "(*sync.Map).Swap")
}

func takesFromMap(fn *types.Func) bool {
	return fullname.Is(fn, "(*sync.Map).Load", "(*sync.Map).LoadAndDelete")
}

// registers records that a handle is put into a registry.
func (w *flow) registers(e *env, at ssa.Instruction, m, val ssa.Value) {
	w.registersAs(e, at, w.registryOf(m), val)
}

func (w *flow) registersAs(e *env, at ssa.Instruction, key string, val ssa.Value) {
	if key == "" || w.emit == nil || strings.Contains(w.posn(at.Pos()), "_test.go:") {
		return
	}
	objs := slices.DeleteFunc(slices.Clone(w.resolve(val)), func(o *Object) bool {
		return o.Kind == dbapi.NoHandle && o.Root != Elsewhere // a map of anything has other things in it, too
	})
	if len(objs) == 0 {
		return
	}
	call, _ := at.(ssa.CallInstruction)
	w.record(e, &Event{Call: call, Pos: at.Pos(), Put: key}, objs)
}

// settled looks at whether the handles that the function puts into registries get the
// tenant's context after that, or go on to who may see to it.
func (f *frame) settled(exits []exit, events []*Event) {
	w := &flow{frame: f}
	for _, ev := range events {
		if !IsRegistry(ev.PutUnder()) {
			continue
		}
		left := 0 // by ways without it
		for _, x := range exits {
			if failsAt(x) {
				continue
			}
			for _, h := range ev.Handles {
				returned := slices.ContainsFunc(x.ret.Results, func(r ssa.Value) bool {
					return slices.ContainsFunc(w.resolve(r), func(o *Object) bool { return o == h.Object || w.holds(o, h.Object, 0) })
				})
				safe := w.judge.Verdict(Handle{Object: h.Object, State: w.effective(x.env, h.Object)}).Kind == Safe
				if returned || safe {
					ev.later = Conditional
				}
				if !safe {
					left++
				}
			}
		}
		if ev.later == Conditional && left == 0 {
			ev.later = Set
		}
	}
}

// inRegistries tells of each registry of the package what comes out of it, by what is
// seen to be put there.
func (p *packageEngine) inRegistries(results []analysed) map[string]registered {
	out := map[string]registered{}
	type count struct{ safe, bare, other, given int }
	counts := map[string]count{}
	for i := range results {
		for _, ev := range results[i].events {
			key := ev.PutUnder()
			if !IsRegistry(key) || p.wiring.escaping[key] {
				continue
			}
			c, reg := counts[key], out[key]
			switch v, h := p.judge.Event(ev); {
			case h == nil:
				c.other++
			case v.Kind == Safe, v.Kind == Unscoped && ev.later == Set:
				c.safe++
			case v.Kind == Unscoped && h.IsPool():
				c.other++ // of which tenant's database, its key may say
			case v.Kind == Unscoped && ev.later == Unset:
				c.bare++
				if at := p.posn(ev.Pos); reg.posn == "" || at < reg.posn {
					reg.posn = at
				}
			case v.Kind == ByCaller:
				if p.calledFromOutside(ev) {
					c.given++
				}
			default:
				c.other++
			}
			for _, h := range ev.Handles {
				reg.kind = oneKind(reg.kind, h.Kind)
			}
			counts[key], out[key] = c, reg
		}
	}
	for key, reg := range out {
		c := counts[key]
		reg.scoped = c.safe > 0 && c.bare+c.other == 0
		reg.bare = c.bare > 0 && c.safe+c.other+c.given == 0
		if !reg.bare {
			reg.posn = ""
		}
		out[key] = reg
	}
	return out
}

// oneKind is the kind of handles in a registry: of interfaces for handles, what is
// behind some is behind all.
func oneKind(a, b dbapi.Kind) dbapi.Kind {
	switch {
	case a == dbapi.NoHandle || a == dbapi.Querier:
		return b
	case b == dbapi.NoHandle || b == dbapi.Querier || a == b:
		return a
	}
	return dbapi.Querier
}

// calledFromOutside reports whether other packages have a name for the function in
// which an event is.
func (p *packageEngine) calledFromOutside(ev *Event) bool {
	in := ev.In
	if ev.Call != nil {
		in = ev.Call.Parent()
	}
	fn := declared(root(in))
	if fn == nil || !fn.Exported() {
		return false
	}
	recv := fn.Signature().Recv()
	if recv == nil {
		return true
	}
	n, ok := types.Unalias(elem(recv.Type())).(*types.Named)
	return !ok || n.Obj().Exported()
}

// lookedUp resolves what is looked up in a registry, nil for other maps.
func (f *frame) lookedUp(v, m ssa.Value, t types.Type) *Object {
	key := f.registryOf(m)
	if key == "" {
		return nil
	}
	return f.outOf(key, v, t)
}

// outOf is what comes out of a registry as a value.
func (f *frame) outOf(key string, v ssa.Value, t types.Type) *Object {
	f.current.looks = true
	reg := f.registries[key]
	if !reg.scoped && !reg.bare {
		o := f.elsewhere(v, "registry")
		if k := f.kindOf(t); o.Kind == dbapi.NoHandle && k != dbapi.NoHandle {
			o.Type, o.Kind = t, k
		}
		return o
	}
	o := f.in.intern(Object{Root: Created, Value: v, Type: t, Kind: f.kindOf(t), frame: f}, f.salt()+key)
	if o.Kind == dbapi.NoHandle || o.Kind == dbapi.Querier {
		o.Kind = reg.kind
	}
	if d := f.declared(o, nil, nil); d.isDeclared() {
		return d
	}
	o.initial, o.registry = State{}, &Registration{Key: key, Posn: reg.posn}
	if reg.scoped {
		o.initial.set(Unnamed, Entry{Level: Set})
	}
	return o
}

// registersIn notes the registries of which not each use is a put or a look-up.
func (w *wiring) registersIn(instr ssa.Instruction) {
	w.keepsIn(instr)
	if at, ok := instr.(*ssa.FieldAddr); ok {
		if key, exported := w.engine.registryAt(at); key != "" && (exported || !usedAsRegistry(at)) {
			w.escaping[key] = true
		}
		return
	}
	var room [8]*ssa.Value
	for _, op := range instr.Operands(room[:0]) {
		g, ok := (*op).(*ssa.Global)
		if !ok {
			continue
		}
		if key, exported := w.engine.registryAt(g); key != "" && (exported || !usesRegistry(instr, g)) {
			w.escaping[key] = true
		}
	}
}

// usedAsRegistry reports whether all that is done to a map at an address is to put
// things there, look them up and take them out.
func usedAsRegistry(at *ssa.FieldAddr) bool {
	return !slices.ContainsFunc(*at.Referrers(), func(use ssa.Instruction) bool { return !usesRegistry(use, at) })
}

func usesRegistry(use ssa.Instruction, at ssa.Value) bool {
	switch use := use.(type) {
	case *ssa.DebugRef:
		return true
	case *ssa.UnOp: // the map itself
		return !slices.ContainsFunc(*use.Referrers(), func(use2 ssa.Instruction) bool { return !usesMap(use2, use) })
	case *ssa.Store:
		return use.Addr == at && isFreshMap(use.Val)
	}
	return usesMap(use, at)
}

func usesMap(use ssa.Instruction, m ssa.Value) bool {
	switch use := use.(type) {
	case *ssa.DebugRef, *ssa.Lookup, *ssa.Range, *ssa.BinOp:
		return true
	case *ssa.MapUpdate:
		return use.Map == m && use.Value != m
	case ssa.CallInstruction:
		if _, isBuiltin := use.Common().Value.(*ssa.Builtin); isBuiltin {
			return true // delete, len, clear
		}
		fn := use.Common().StaticCallee()
		return fn != nil && strings.HasPrefix(fn.String(), "(*sync.Map).") && use.Common().Args[0] == m
	}
	return false
}

// isFreshMap reports whether a value is a new map with nothing in it, or none.
func isFreshMap(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.Const:
		return true
	case *ssa.MakeMap:
		return usedOnce(v)
	case *ssa.Alloc:
		return isSyncMap(elem(v.Type())) && usedOnce(v)
	}
	return false
}

func usedOnce(v ssa.Value) bool {
	n := 0
	for _, use := range *v.Referrers() {
		if _, isDebug := use.(*ssa.DebugRef); !isDebug {
			n++
		}
	}
	return n == 1
}

// promises drops from summaries that a handle is put into a registry of the package
// of which nobody can say that its handles have the tenant's context.
func (p *packageEngine) promises() {
	for _, s := range p.summaries {
		s.Needs = slices.DeleteFunc(s.Needs, func(n Need) bool {
			return strings.HasPrefix(n.Put, registryMark+p.Pkg.Pkg.Path()+".") && !p.registries[n.Put].scoped
		})
	}
}

func compareRegistrations(x, y *Registration) int {
	if x == nil || y == nil {
		return compareBool(x != nil, y != nil)
	}
	return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Posn, y.Posn))
}

// inScope reports whether what is looked up has the tenant's context.
func (o *Object) inScope() bool { return o.registry != nil && o.registry.Posn == "" }

// Registration tells of a handle that was looked up in a registry, nil for others.
func (o *Object) Registration() *Registration { return o.registry }

// FallsAt is where the handle was returned, if it is the pool in case that nothing is
// looked up, "" for others.
func (o *Object) FallsAt() string { return o.falls }

// scopedRegistries are the registries of the package whose handles have the tenant's
// context.
func (p *packageEngine) scopedRegistries() map[string]bool {
	out := map[string]bool{}
	for key, reg := range p.registries {
		if reg.scoped {
			out[key] = true
		}
	}
	return out
}

// What is kept under an id is often no transaction but a struct of the package that has
// one in a field, with more about it. What is in that field, of whichever value, is what
// the package is seen to store there.

// keepsIn notes the types of the structs that maps of the package have.
func (w *wiring) keepsIn(instr ssa.Instruction) {
	up, ok := instr.(*ssa.MapUpdate)
	if !ok {
		return
	}
	m := up.Map.Type().Underlying().(*types.Map)
	if n, ok := types.Unalias(elem(m.Elem())).(*types.Named); ok && n.Obj().Pkg() == w.engine.Pkg.Pkg {
		if _, isStruct := n.Underlying().(*types.Struct); isStruct {
			w.kept[n.Obj()] = true
		}
	}
}

// keptField names a field of such a struct that is no other package's to fill, "" for
// other fields.
func (p *packageEngine) keptField(of types.Type, field *types.Var) string {
	n, ok := types.Unalias(elem(of)).(*types.Named)
	if !ok || field == nil || field.Exported() || n.Obj().Pkg() != p.Pkg.Pkg || !p.wiring.kept[n.Obj()] {
		return ""
	}
	switch p.kindOf(field.Type()) {
	case dbapi.Tx, dbapi.Conn, dbapi.Session, dbapi.Querier:
		return registryMark + n.Obj().Pkg().Path() + "." + n.Obj().Name() + "." + field.Name()
	}
	return ""
}
