package scope

import (
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// Programs with a schema or a database for each tenant choose it by a value: the
// name in search_path, the key of a map of pools, the name in what a pool is
// opened with. Where that value is made of what a context carries, a handle there
// reaches the rows of the context's tenant and no other's, without any setting that
// a policy reads. In states and summaries that stands as a setting of one of these
// names, which no server knows.
const (
	// ChosenSchema: search_path names the context's schema.
	ChosenSchema = "its schema"
	// ChosenDatabase: the connection is to the context's database.
	ChosenDatabase = "its database"
	// SomeSchema: search_path names a schema that a context chooses, of which nobody
	// knows whether it is its tenant's: contexts carry regions and languages, too.
	SomeSchema = "some schema"
)

// A function that is given the value leaves the choice to its callers: then the
// parameter's number follows the name.
const byParam = " by p"

func chosenBy(name string, param int) string { return name + byParam + strconv.Itoa(param) }

// choiceOf splits such a name; param is -1 where the choice is made.
func choiceOf(setting string) (name string, param int, ok bool) {
	name, num, left := strings.Cut(setting, byParam)
	if name != ChosenSchema && name != ChosenDatabase && name != SomeSchema {
		return "", 0, false
	}
	if !left {
		return name, -1, true
	}
	param, err := strconv.Atoi(num)
	return name, param, err == nil
}

// isChoice reports whether a setting stands for the choice of a schema or database.
func isChoice(setting string) bool {
	_, _, ok := choiceOf(setting)
	return ok
}

// choiceAt is a callee's setting as its caller sees it, "" where the caller's
// argument chooses for nobody.
func (f *frame) choiceAt(setting string, args []ssa.Value) string {
	name, param, ok := choiceOf(setting)
	if !ok || param < 0 {
		return setting
	}
	if param >= len(args) {
		return ""
	}
	return f.choice(name, args[param])
}

// choosesAny reports whether a callee's choice is made for a context or left to this
// function's callers.
func (f *frame) choosesAny(settings []InEffect, args []ssa.Value) bool {
	return slices.ContainsFunc(settings, func(in InEffect) bool { return isChoice(in.Setting) && f.choiceAt(in.Setting, args) != "" })
}

// choice is the setting by which a value chooses a schema or database, "" where
// it is nobody's in particular.
func (f *frame) choice(name string, v ssa.Value) string {
	w := &chooser{name: name, seen: map[ssa.Value]bool{}}
	switch by := w.decidedFor(f, v, 0); {
	case by == forContext:
		return name
	case by == forSomebody && name == ChosenSchema:
		return SomeSchema
	case by >= 0:
		return chosenBy(name, by)
	}
	return ""
}

// namesSchema reports whether a setting stands for the choice of a schema.
func namesSchema(setting string) bool {
	of, _, ok := choiceOf(setting)
	return ok && of != ChosenDatabase
}

// A chooser follows a value to who decides on it, each part of it once.
type chooser struct {
	name string
	seen map[ssa.Value]bool
}

// Who a value is chosen for, where it is no parameter's number.
const (
	forNobody  = -1
	forContext = -2
	asBefore   = -3 // it was looked at already
	// forSomebody: a context chooses, but not by what is known to be its tenant.
	forSomebody = -4
)

// decidedFor follows a value to what a context carries, or to the function's
// parameter. What a configuration says is one value for all.
func (c *chooser) decidedFor(f *frame, v ssa.Value, depth int) int {
	if v == nil || depth > 4*maxDepth {
		return forNobody
	}
	if c.seen[v] {
		return asBefore
	}
	c.seen[v] = true
	all := func(vals ...ssa.Value) int {
		out := forNobody
		for _, v := range vals {
			switch by := c.decidedFor(f, v, depth+1); {
			case by == forContext:
				return by
			case by >= 0, by == forSomebody && out == forNobody:
				out = by
			}
		}
		return out
	}
	switch v := v.(type) {
	case *ssa.Parameter:
		if v.Parent().Parent() != nil || f.kindOf(v.Type()) != dbapi.NoHandle || carriesValues(v.Type()) || v == receiver(v.Parent()) {
			return forNobody
		}
		switch t := v.Type().Underlying().(type) {
		case *types.Basic, *types.Array, *types.Struct:
			return paramIndex(v)
		case *types.Pointer: // a message that names its tenant
			if _, isStruct := t.Elem().Underlying().(*types.Struct); isStruct && !f.mayHold(t) {
				return paramIndex(v)
			}
		}
		return forNobody
	case *ssa.FreeVar:
		if g := f.frameOf(v.Parent()); g != nil && g.parent != nil {
			f = g.parent
		}
		return c.decidedFor(f, binding(v), depth+1)
	case *ssa.Phi:
		out := forNobody
		for _, e := range v.Edges {
			switch by := c.decidedFor(f, e, depth+1); {
			case by == asBefore:
			case by == forNobody:
				return forNobody // on this path it is a default
			case out == forNobody || by == forContext && out != forSomebody || by == forSomebody:
				out = by
			}
		}
		return out
	case *ssa.BinOp:
		if v.Op == token.ADD { // others count shards
			return all(v.X, v.Y)
		}
	case *ssa.Alloc:
		var vals []ssa.Value
		for _, use := range *v.Referrers() {
			switch use := use.(type) {
			case *ssa.Store:
				if use.Addr == v {
					vals = append(vals, use.Val)
				}
			case *ssa.IndexAddr, *ssa.FieldAddr:
				vals = append(vals, storedAt(use.(ssa.Value))...)
			}
		}
		return all(vals...)
	case *ssa.Call:
		if by := c.carriedValue(f, v); by != forNobody {
			return by
		}
		args, asks := f.told(v)
		by := all(args...)
		if by == forNobody && asks && c.name == ChosenSchema {
			return c.asked(f)
		}
		return by
	case *ssa.Extract:
		if by := c.carriedValue(f, v); by != forNobody {
			return by
		}
		return c.decidedFor(f, v.Tuple, depth+1)
	case *ssa.TypeAssert:
		return c.decidedFor(f, v.X, depth+1)
	case *ssa.UnOp:
		if _, isGlobal := v.X.(*ssa.Global); v.Op == token.MUL && !isGlobal {
			return c.decidedFor(f, v.X, depth+1)
		}
	case *ssa.FieldAddr:
		if by := c.carriedValue(f, v); by != forNobody {
			return by
		}
		return c.decidedFor(f, v.X, depth+1)
	case *ssa.Field:
		if by := c.carriedValue(f, v); by != forNobody {
			return by
		}
		return c.decidedFor(f, v.X, depth+1)
	case *ssa.MakeInterface:
		return c.decidedFor(f, v.X, depth+1)
	case *ssa.ChangeType:
		return c.decidedFor(f, v.X, depth+1)
	case *ssa.Convert:
		return c.decidedFor(f, v.X, depth+1)
	case *ssa.Slice:
		return c.decidedFor(f, v.X, depth+1)
	}
	return forNobody
}

// carriedValue tells for whom a value chooses that is what a context carries, or a
// part of it. Contexts carry more than tenants (a region, a language): one database
// for each of those is no tenant's, so that it must be what the tenant's context is
// made of too. A schema must be chosen by the very same part of it, where the program
// has settings that carry the tenant; where it has none, what chooses the schema is all
// that it calls a tenant.
func (c *chooser) carriedValue(f *frame, v ssa.Value) int {
	if _, isTuple := v.Type().(*types.Tuple); isTuple {
		return forNobody
	}
	out := forNobody
	for _, o := range f.resolve(v) {
		switch {
		case o.Root != Param && o.Root != Carried || lastElement(o.Path) < 0:
		case c.name == ChosenDatabase && f.isBound(o), c.name == ChosenSchema && (!f.TenantSettings || f.isBoundPart(o)):
			return forContext
		case c.name == ChosenSchema:
			out = forSomebody
		}
	}
	return out
}

// asked is for whom a function chooses that is given a context.
func (c *chooser) asked(f *frame) int {
	if f.TenantSettings {
		return forSomebody
	}
	return forContext
}

// isBound reports whether the package makes the tenant's context of what contexts
// carry under an object's key.
func (p *packageEngine) isBound(o *Object) bool { return p.boundKeys()[carrierKey(o)] }

// isBoundPart reports whether it makes it of that very part of what they carry.
func (p *packageEngine) isBoundPart(o *Object) bool { return p.boundKeys()[carriedPart(o)] }

func (p *packageEngine) boundKeys() map[string]bool {
	if p.bound == nil {
		p.bound = map[string]bool{} // while they are being found
		for _, fn := range p.functions {
			p.binds(fn)
		}
	}
	return p.bound
}

// binds notes the keys of the values that a function makes the tenant's context of.
func (p *packageEngine) binds(fn *ssa.Function) {
	w := &flow{frame: p.symbolicFrame(fn)}
	note := func(v ssa.Value) {
		if v == nil {
			return
		}
		for _, o := range w.resolve(plain(v)) {
			if key := carrierKey(o); key != "" {
				p.bound[key], p.bound[carriedPart(o)] = true, true
			}
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if _, isBuiltin := call.Common().Value.(*ssa.Builtin); isBuiltin {
				continue
			}
			t := w.targetOf(call)
			switch {
			case t.method.Effect == dbapi.Send:
				s := w.statement(call, t.args, t.method)
				for _, c := range w.changes(s) {
					if p.tenant(c.name) && c.Value.Kind == sqlcheck.Bound {
						note(bound(s, c.Value.Param))
					}
				}
			case t.summary != nil && slices.ContainsFunc(t.summary.Sets, func(e Effect) bool { return p.tenant(e.Setting) }):
				for _, a := range t.all {
					if isTenantLike(a.Type()) {
						note(a)
					}
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		p.binds(anon)
	}
}

// carrierKey is the key under which a context carries an object, or what it is a
// field of.
func carrierKey(o *Object) string {
	if o.Root != Param && o.Root != Carried {
		return ""
	}
	i := lastElement(o.Path)
	if i < 0 {
		return ""
	}
	end := strings.Index(o.Path[i:], "⟩")
	return keyOfPath(o.Path[i : i+end+len("⟩")])
}

// carriedPart is the key with the fields that lead to the object. It begins with a dot,
// as no key does.
func carriedPart(o *Object) string {
	if i := lastElement(o.Path); i >= 0 {
		return o.Path[i:]
	}
	return ""
}

// chosenBy reports whether a caller's argument chooses the schema.
func (s State) chosenBy() bool {
	for name := range s.Settings {
		if of, param, ok := choiceOf(name); ok && of == ChosenSchema && param >= 0 {
			return true
		}
	}
	return false
}

// isQualified reports whether an event's statement names the schema of a tenant's
// relation.
func (j Judge) isQualified(ev *Event) bool {
	if ev.Need != nil {
		return ev.Need.Qualified
	}
	for _, t := range ev.Texts {
		for _, st := range t.Facts.Statements {
			for _, rel := range st.Relations {
				if rel.Name.Schema != "" && (j.Relation == nil || j.Relation(rel.Name)) {
					return true
				}
			}
		}
	}
	return false
}

// told are the arguments of a call by which its result may name a tenant. One with
// a context asks for something: the tenant's schema, but also a secret or a flag.
func (f *frame) told(call *ssa.Call) (out []ssa.Value, asks bool) {
	for _, a := range call.Call.Args {
		if carriesValues(a.Type()) {
			return nil, true
		}
		out = append(out, a)
	}
	if fn := call.Call.StaticCallee(); fn != nil && fn.Signature.Recv() != nil && len(out) > 1 {
		out = out[1:] // the receiver of a method that is told something is who tells
	}
	return out, false
}

func receiver(fn *ssa.Function) *ssa.Parameter {
	if fn.Signature.Recv() == nil || len(fn.Params) == 0 {
		return nil
	}
	return fn.Params[0]
}

// storedAt lists what is stored through an address.
func storedAt(addr ssa.Value) []ssa.Value {
	var out []ssa.Value
	for _, use := range *addr.Referrers() {
		if st, ok := use.(*ssa.Store); ok && st.Addr == addr {
			out = append(out, st.Val)
		}
	}
	return out
}

// opensFor notes on a pool that a call opens for whom its database is chosen: by
// what it is opened with, or by the key under which the function keeps it.
func (f *frame) opensFor(o *Object, call *ssa.Call) {
	for _, a := range call.Call.Args {
		if carriesValues(a.Type()) {
			continue
		}
		if name := f.choice(ChosenDatabase, a); name != "" {
			o.initial.set(name, Entry{Level: Set})
			return
		}
	}
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			up, ok := instr.(*ssa.MapUpdate)
			if !ok || !meet(f.resolve(up.Value), []*Object{o}) {
				continue
			}
			if name := f.choice(ChosenDatabase, up.Key); name != "" {
				o.initial.set(name, Entry{Level: Set})
			}
		}
	}
}

// keyedPool is the cause of what is not known about a pool that was looked up under
// a key of which nobody knows whether it is the tenant's.
const keyedPool = "keyed-pool"

// keyed resolves a handle that is looked up under a key.
func (f *frame) keyed(v *ssa.Lookup, t types.Type) []*Object {
	if o := f.lookedUp(v, v.X, t); o != nil {
		return []*Object{o}
	}
	if f.kindOf(t) != dbapi.Pool {
		return []*Object{f.elsewhere(v, "escaped-handle")}
	}
	o := f.made(v, 0, t)
	if len(o.initial.Settings) == 0 {
		o.Cause = keyedPool
		if name := f.choice(ChosenDatabase, v.Index); name != "" {
			o.initial.set(name, Entry{Level: Set})
		}
	}
	return []*Object{o}
}
