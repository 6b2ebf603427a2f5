// Package job finds the functions that queues run with a job, and tells whether
// what such a function works on belongs to a tenant that the job doesn't name.
package job

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A Worker is a function that a queue runs with a job.
type Worker struct {
	Function *ssa.Function
	Payload  *types.Named
	// param is the job, the receiver counted.
	param int
}

// workers finds those of a package, in the order of the source.
func workers(functions []*ssa.Function) []Worker {
	var found []Worker
	for _, fn := range functions {
		if w, ok := methodWorker(fn); ok {
			found = append(found, w)
		}
		found = append(found, passed(fn)...)
	}
	return found
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
			call, ok := instr.(ssa.CallInstruction)
			if !ok || len(call.Common().Args) == 0 {
				continue
			}
			if callee := declared(call.Common().StaticCallee()); callee == nil || callee.Pkg() == nil || !queues().funcs[callee.Pkg().Path()+"."+callee.Name()] {
				continue
			}
			if given := function(call.Common().Args[0]); given != nil {
				if w, _, ok := jobOf(given); ok {
					found = append(found, w)
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		found = append(found, passed(anon)...)
	}
	return found
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
		if !ok || job.Obj().Pkg() == nil || job.TypeArgs().Len() != 1 {
			continue
		}
		if payload, ok := types.Unalias(job.TypeArgs().At(0)).(*types.Named); ok {
			return Worker{Function: fn, Payload: payload, param: i}, job.Obj().Pkg().Path(), true
		}
	}
	return w, "", false
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
