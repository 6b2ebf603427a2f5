package request

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/interceptor"
)

// A middleware that has compared what the request says with who sends it has done
// so for the handlers behind it as well, which read it again.

// passesOn notes where a middleware goes on with the request, and what it gets of
// it from functions.
func (f *function) passesOn(call ssa.CallInstruction, c callee) {
	switch {
	case c.entry.role == next, c.fn == nil && f.isNext(call.Common()):
		f.goesOn = append(f.goesOn, call)
	case c.summary != nil:
		if v, ok := call.(*ssa.Call); ok && v.Call.Signature().Results().Len() > 0 {
			f.asked = append(f.asked, v)
		}
	}
}

// isNext reports whether a function value is a handler: it is given the request, or
// goes on with a call of gRPC or connect.
func (f *function) isNext(common *ssa.CallCommon) bool {
	if _, builtin := common.Value.(*ssa.Builtin); builtin || common.IsInvoke() {
		return false
	}
	return interceptor.IsNext(common.Value.Type()) || slices.ContainsFunc(common.Args, func(a ssa.Value) bool { return f.apis.isRequest(a.Type()) })
}

// vouched lists what was checked wherever the function goes on with the request.
func (f *function) vouched() []string {
	if len(f.goesOn) == 0 {
		return nil
	}
	for _, call := range f.asked { // of few functions that is worth its time
		for _, o := range f.result(call, 0, "") {
			if o.Kind == Request {
				f.read = join(f.read, o)
			}
		}
	}
	var out []string
	for _, o := range f.read {
		claimed := func(call ssa.CallInstruction) bool { return undecided(f.trusting([]Origin{o}, call.Block(), nil)) }
		if o.Name != "" && !slices.ContainsFunc(f.goesOn, claimed) {
			out = append(out, o.Words())
		}
	}
	return tidy(out, strings.Compare)
}
