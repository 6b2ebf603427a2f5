// Package job finds the functions that queues run with a job, and tells whether
// what such a function works on belongs to a tenant that the job doesn't name.
package job

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Worker is a function that a queue runs with a job.
type Worker struct {
	Func     *types.Func   // nil for a literal
	Function *ssa.Function // nil in another package
	// Inputs are what the payload consists of. Payload is the type that it has if
	// that is one.
	Inputs  []*types.Var
	Payload *types.Named
	// Registered is where the queue gets it, if that is known.
	Registered token.Pos
	// Workflow: it tells others what to run.
	Workflow bool
	// param is the job, the receiver counted; -1 for one that gets the payload, from
	// the parameter first on.
	param, first int
}

// Name names the worker, or its payload.
func (w Worker) Name() string {
	switch {
	case w.Payload != nil:
		return w.Payload.Obj().Name()
	case w.Func != nil:
		return w.Func.Name()
	}
	return "of a function literal"
}

// workers finds those of a package, in the order of the source.
func workers(functions []*ssa.Function) []Worker {
	var found []Worker
	known := map[*ssa.Function]bool{}
	for _, fn := range functions {
		if w, ok := methodWorker(fn); ok {
			found = append(found, w)
		}
		found = append(found, passed(fn)...)
	}
	for _, w := range found {
		known[w.Function] = true
	}
	called := calledIn(functions)
	for _, fn := range functions {
		if w, ok := handler(fn); ok && !known[fn] && !called[fn] {
			found = append(found, w)
		}
	}
	slices.SortStableFunc(found, func(a, b Worker) int { return cmp.Compare(a.pos(), b.pos()) })
	return found
}

// pos is where a worker stands in the package.
func (w Worker) pos() token.Pos {
	if w.Function != nil {
		return w.Function.Pos()
	}
	return w.Registered
}

// handler recognises a function that other packages hand to a queue: it gets a context
// and a job, and nothing else.
func handler(fn *ssa.Function) (Worker, bool) {
	params := fn.Signature.Params()
	if params.Len() != 2 || !isContext(params.At(0).Type()) || fn.Signature.Results().Len() != 1 || !returnsError(fn.Signature) {
		return Worker{}, false
	}
	w, _, ok := jobOf(fn)
	return w, ok
}

// calledIn are the functions that some functions call: what a worker calls is a part
// of it.
func calledIn(functions []*ssa.Function) map[*ssa.Function]bool {
	called := map[*ssa.Function]bool{}
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && call.Common().StaticCallee() != nil {
					called[call.Common().StaticCallee()] = true
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			visit(anon)
		}
	}
	for _, fn := range functions {
		visit(fn)
	}
	return called
}

// methodWorker recognises a method by its name and the job's real type. Whether
// its type has the interface's other methods is not asked: they come with an
// embedded type of the library.
func methodWorker(fn *ssa.Function) (Worker, bool) {
	if fn.Signature.Recv() == nil {
		return Worker{}, false
	}
	w, pkg, ok := jobOf(fn)
	if !ok || queues().methods[pkg+" "+fn.Name()] == "" {
		return Worker{}, false
	}
	return w, true
}

// passed lists the functions that a function hands to a queue.
func passed(fn *ssa.Function) []Worker {
	var found []Worker
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				found = append(found, passedAt(call)...)
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		found = append(found, passed(anon)...)
		// One that is returned is handed to the queue by who called the function.
		if res := fn.Signature.Results(); res.Len() > 0 && types.Identical(res.At(0).Type().Underlying(), anon.Signature) {
			if w, _, ok := jobOf(anon); ok {
				found = append(found, w)
			}
		}
	}
	return found
}

func passedAt(call ssa.CallInstruction) []Worker {
	common := call.Common()
	callee, args := common.Method, common.Args
	if !common.IsInvoke() {
		if callee = declared(common.StaticCallee()); callee == nil {
			return nil
		}
		if callee.Signature().Recv() != nil && len(args) > 0 {
			args = args[1:]
		}
	}
	name := callee.FullName()
	if arg, ok := queues().funcs[name]; ok && arg < len(args) {
		if given := function(args[arg]); given != nil {
			if w, _, ok := jobOf(given); ok {
				return []Worker{w}
			}
		}
	}
	if arg, ok := queues().activities[name]; ok && arg < len(args) {
		return activities(args[arg], call, false)
	}
	if arg, ok := queues().workflows[name]; ok && arg < len(args) {
		return activities(args[arg], call, true)
	}
	return nil
}

// activities are the functions that get a context and the payload, which is all but
// the context.
func activities(v ssa.Value, call ssa.CallInstruction, workflow bool) []Worker {
	var found []Worker
	add := func(fn *types.Func, body *ssa.Function, sig *types.Signature) {
		from := 0
		if sig.Params().Len() > 0 && (isContext(sig.Params().At(0).Type()) || isWorkflowContext(sig.Params().At(0).Type())) {
			from = 1
		}
		if sig.Params().Len() == from || !returnsError(sig) {
			return
		}
		w := Worker{Func: fn, Function: body, Registered: call.Pos(), Workflow: workflow, param: -1, first: from}
		for i := from; i < sig.Params().Len(); i++ {
			w.Inputs = append(w.Inputs, sig.Params().At(i))
		}
		if len(w.Inputs) == 1 {
			w.Payload = named(w.Inputs[0].Type())
		}
		found = append(found, w)
	}
	if mi, ok := v.(*ssa.MakeInterface); ok {
		v = mi.X
	}
	if fn := function(v); fn != nil {
		add(declared(fn), bodyOf(fn), fn.Signature)
		return found
	}
	if _, ok := v.Type().Underlying().(*types.Signature); ok || workflow {
		return nil
	}
	set := types.NewMethodSet(v.Type())
	for i := range set.Len() {
		if fn, ok := set.At(i).Obj().(*types.Func); ok && fn.Exported() {
			add(fn, bodyOf(call.Parent().Prog.FuncValue(fn.Origin())), fn.Signature())
		}
	}
	return found
}

func bodyOf(fn *ssa.Function) *ssa.Function {
	if fn == nil || len(fn.Blocks) == 0 {
		return nil
	}
	return fn
}

// jobOf finds the parameter of a function that is a job, and the package of its type.
func jobOf(fn *ssa.Function) (w Worker, pkg string, ok bool) {
	if len(fn.Blocks) == 0 {
		return w, "", false
	}
	for i, p := range fn.Params {
		ptr, ok := types.Unalias(p.Type()).(*types.Pointer)
		if !ok {
			continue
		}
		job, ok := types.Unalias(ptr.Elem()).(*types.Named)
		if !ok || job.Obj().Pkg() == nil {
			continue
		}
		w = Worker{Func: declared(fn), Function: fn, param: i}
		switch {
		case job.TypeArgs().Len() == 1 && isQueue(job.Obj().Pkg().Path()):
			if w.Payload, ok = types.Unalias(job.TypeArgs().At(0)).(*types.Named); !ok {
				continue
			}
		case hasBytes(job):
			if w.Payload = readFrom(fn, p, 0); w.Payload == nil {
				continue // what it reads from them is not known
			}
		default:
			continue
		}
		w.Inputs = []*types.Var{types.NewVar(token.NoPos, nil, "", w.Payload)}
		return w, job.Obj().Pkg().Path(), true
	}
	return w, "", false
}

// isQueue reports whether a package is a queue's.
func isQueue(path string) bool {
	for method := range queues().methods {
		if pkg, _, _ := strings.Cut(method, " "); pkg == path {
			return true
		}
	}
	return false
}

// hasBytes reports whether a job has its payload as bytes.
func hasBytes(job *types.Named) bool {
	for i := range job.NumMethods() {
		if queues().bytes[job.Method(i).FullName()] {
			return true
		}
	}
	return false
}

// readFrom is the struct that a function, or one that it hands the job to, reads
// from the job's bytes; nil unless there is one.
func readFrom(fn *ssa.Function, job *ssa.Parameter, depth int) *types.Named {
	if depth > maxDepth {
		return nil
	}
	for _, instr := range *job.Referrers() {
		call, ok := instr.(*ssa.Call)
		if !ok || call.Call.IsInvoke() {
			continue
		}
		callee := call.Call.StaticCallee()
		if obj := declared(callee); obj != nil && queues().bytes[obj.FullName()] {
			if t := decoded(call, 0); t != nil {
				return t
			}
		} else if callee != nil && callee.Package() == fn.Package() && callee != fn {
			for i, a := range call.Call.Args {
				if a == job && i < len(callee.Params) {
					if t := readFrom(callee, callee.Params[i], depth+1); t != nil {
						return t
					}
				}
			}
		}
	}
	return nil
}

// decoded is the struct that is read from bytes: what another argument points to of
// a call that is given them, or a reader made of them, or what such a call returns.
func decoded(bytes ssa.Value, depth int) *types.Named {
	if depth > maxDepth || bytes.Referrers() == nil {
		return nil
	}
	for _, instr := range *bytes.Referrers() {
		if mi, ok := instr.(*ssa.MakeInterface); ok {
			if t := decoded(mi, depth+1); t != nil {
				return t
			}
		}
		call, ok := instr.(*ssa.Call)
		if !ok {
			continue
		}
		for _, a := range call.Call.Args {
			if mi, ok := a.(*ssa.MakeInterface); ok {
				a = mi.X
			}
			if ptr, ok := a.Type().Underlying().(*types.Pointer); ok && a != bytes {
				if n := ofProgram(ptr.Elem()); n != nil {
					return n
				}
			}
		}
		if res := call.Call.Signature().Results(); res.Len() > 0 { // parse[T](bytes) (T, error)
			if n := ofProgram(res.At(0).Type()); n != nil {
				return n
			}
		}
		if t := decoded(call, depth+1); t != nil {
			return t
		}
	}
	return nil
}

// ofProgram is the named struct that a type is, or points to, unless it is one of
// the standard library, as readers are.
func ofProgram(t types.Type) *types.Named {
	n := named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return nil
	}
	if first, _, _ := strings.Cut(n.Obj().Pkg().Path(), "/"); !strings.Contains(first, ".") {
		return nil
	}
	return n
}

// named is the named struct that a type is, or points to.
func named(t types.Type) *types.Named {
	t = types.Unalias(t)
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok {
		return nil
	}
	if _, isStruct := n.Underlying().(*types.Struct); !isStruct {
		return nil
	}
	return n
}

// isWorkflowContext reports whether a type is what workflows get for a context.
func isWorkflowContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && queues().contexts[n.Obj().Pkg().Path()+"."+n.Obj().Name()]
}

// returnsError reports whether the last result is an error: what has none is not run
// by a queue.
func returnsError(sig *types.Signature) bool {
	n := sig.Results().Len()
	return n > 0 && types.Identical(sig.Results().At(n-1).Type(), types.Universe.Lookup("error").Type())
}

func isContext(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" && n.Obj().Name() == "Context"
}

// function is the function that a value is, nil where that is not known.
func function(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		// A method value is a wrapper round the method.
		if obj, ok := v.Object().(*types.Func); ok && v.Synthetic != "" {
			return v.Prog.FuncValue(obj)
		}
		return v
	case *ssa.MakeClosure:
		return function(v.Fn)
	case *ssa.ChangeType:
		return function(v.X)
	case *ssa.MakeInterface:
		return function(v.X)
	}
	return nil
}

// declared is the object of a declared function, nil for a literal.
func declared(fn *ssa.Function) *types.Func {
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	obj, _ := fn.Object().(*types.Func)
	return obj
}
