package request

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// putsAt looks at a call that puts values into contexts, itself or in the
// function that it calls.
func (f *function) putsAt(call ssa.CallInstruction, c callee) {
	switch {
	case fullname.Is(c.fn, "context.WithValue"):
		f.putUnder(call, c.args[1], c.args[2])
	case c.puts():
		f.putUnder(call, c.args[c.entry.key+c.shift], c.args[c.entry.value+c.shift])
	case c.summary != nil:
		for _, put := range c.summary.Puts {
			key := put.Key
			if put.KeyParam >= 0 {
				var ok bool
				if key, ok = Completed(put.Key, put.KeyParam, c.args); !ok {
					continue
				}
			}
			if put.Param < len(c.args) {
				f.put(call, key, -1, put.Path, c.args[put.Param], put.From)
			}
		}
	}
}

// putUnder is a value that the function puts into a context itself.
func (f *function) putUnder(call ssa.CallInstruction, key, val ssa.Value) {
	name, param := KeyOf(key)
	if name == "" {
		return
	}
	if mi, ok := val.(*ssa.MakeInterface); ok {
		val = mi.X
	}
	for _, path := range f.partsOf(name, val.Type()) {
		f.put(call, name, param, path, val, path)
	}
}

// partsOf are the parts of a value under a key that are told apart: its fields,
// and what is known to become the tenant.
func (f *function) partsOf(key string, t types.Type) []string {
	paths := resultPaths(t)
	for _, u := range f.keys {
		if u.Key == key && u.Path != "" {
			paths = append(paths, u.Path)
		}
	}
	return paths
}

// put is a part of a value that goes into a context, and stands in what is
// carried at path.
func (f *function) put(call ssa.CallInstruction, key string, keyParam int, path string, val ssa.Value, from string) {
	for _, o := range f.trusting(f.trace(val, from, call), call.Block(), nil) {
		switch {
		case o.Kind == Param:
			f.s.Puts = append(f.s.Puts, Put{Key: key, KeyParam: keyParam, Path: path, Param: o.Param, From: o.Path})
		case o.Kind == Request && keyParam < 0, o.Kind == Context && o.Param < 0 && keyParam < 0 && o.What != key:
			f.arrives(call, Inject{Key: key, Path: path, Origin: o}, Step{f.Posn(call.Pos()), "put into the context"})
		}
	}
}

// arrives is a value of the request that contexts carry: where the tenant is
// taken from there, it is a finding, and otherwise for others to decide.
func (f *function) arrives(instr ssa.Instruction, in Inject, here Step) {
	known := false
	for _, u := range f.keys {
		rest, ok := strings.CutPrefix(u.Path, in.Path)
		if u.Key != in.Key || !ok || rest != "" && rest[0] != '.' {
			continue
		}
		known = true
		if in.Origin.Kind == Context { // what is under one key goes on under another
			f.use(KeyUse{Key: in.Origin.What, Path: in.Origin.Path + rest, Setting: u.Setting, Steps: withStep(here, u.Steps)})
			continue
		}
		steps := append(in.Origin.path(), here)
		f.candidates = append(f.candidates, Finding{
			Pos: instr.Pos(), Function: f.root, Setting: u.Setting, Origin: in.Origin, Key: in.Key,
			Steps: append(steps, u.Steps...),
		})
		break
	}
	if !known {
		if len(in.Origin.Steps) < maxSteps {
			in.Origin.Steps = append(in.Origin.Steps[:len(in.Origin.Steps):len(in.Origin.Steps)], here)
		}
		f.s.Injects = append(f.s.Injects, in)
	}
}

// withStep puts a step in front of others, as long as there is room for it.
func withStep(first Step, steps []Step) []Step {
	if len(steps) >= maxSteps {
		return steps
	}
	return append([]Step{first}, steps...)
}

// mounts looks at the functions that a function calls or uses as values: who
// mounts a middleware decides that requests go through it.
func (f *function) mounts(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			for _, op := range instr.Operands(nil) {
				if used, ok := (*op).(*ssa.Function); ok {
					f.mount(instr, declared(used))
				}
			}
			if mi, ok := instr.(*ssa.MakeInterface); ok && interceptor.IsLayer(mi.Type()) {
				for _, fn := range f.layers(mi) {
					f.mount(mi, fn)
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		f.mounts(anon)
	}
}

// layers are the methods by which calls go through an interceptor.
func (f *function) layers(mi *ssa.MakeInterface) []*types.Func {
	var out []*types.Func
	for i := range mi.Type().Underlying().(*types.Interface).NumMethods() {
		name := mi.Type().Underlying().(*types.Interface).Method(i).Name()
		if fn, _, _ := types.LookupFieldOrMethod(mi.X.Type(), true, f.Pkg.Pkg, name); fn != nil {
			if fn, ok := fn.(*types.Func); ok && fn.Pkg() != nil && f.Local(fn.Pkg().Path()) {
				out = append(out, fn)
			}
		}
	}
	return out
}

func (f *function) mount(instr ssa.Instruction, used *types.Func) {
	if used == nil || used == f.root.Object() {
		return
	}
	s := f.summaryOf(used.Origin())
	if s == nil || len(s.Injects) == 0 {
		return
	}
	at := usedAt(instr)
	for _, in := range s.Injects {
		f.arrives(at, in, Step{f.Posn(at.Pos()), "requests go through " + used.Name()})
	}
}

// usedAt is the call that a function is an argument of, be it in the slice of
// its variadic parameter.
func usedAt(instr ssa.Instruction) ssa.Instruction {
	found := false
	for _, next := range instr.Block().Instrs {
		found = found || next == instr
		if call, ok := next.(ssa.CallInstruction); found && ok && call.Pos().IsValid() {
			return call
		}
	}
	return instr
}
