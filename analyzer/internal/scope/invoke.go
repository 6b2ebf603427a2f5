package scope

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Programs in layers call what they need through interfaces that are declared in
// one package, implemented in another, and put together in a third. Who calls
// does not see what runs; who puts the program together sees both. So a call of
// which nobody in sight knows what it runs is an obligation of the value that it
// is made on, like that of a handle, and travels to where the value is chosen.

// An Invoke is such a call.
type Invoke struct {
	Place
	Method string
	// Args are the contexts and handles that the method gets; slots count its
	// parameters without the receiver.
	Args []Carrier
	Posn string
	// Chain are the calls between the function and this one, outermost first.
	Chain []Step
	// Callbacks are what the callbacks that it gets need of it.
	Callbacks []CallbackNeed
}

func (i Invoke) String() string {
	out := "invokes " + i.Place.String() + "." + i.Method
	if len(i.Args) > 0 {
		out += " with " + carriers(i.Args)
	}
	for _, c := range i.Callbacks {
		out += " calling back " + c.String()
	}
	return out
}

// noContext and ofServer are the causes of contexts among the arguments: one
// that the function makes and puts nothing into, and that of a request.
const (
	noContext = "empty"
	ofServer  = "request"
)

// isWhole reports whether a carrier is a context of which all is known.
func (c Carrier) isWhole() bool { return c.Cause == noContext || c.Cause == ofServer }

// whole is such a context.
func (f *frame) whole(c Carrier) *Object {
	return f.in.intern(Object{Root: Carried, Cause: "context-carrier", Index: c.Slot, request: c.Cause == ofServer, empty: c.Cause == noContext}, "given "+c.Cause)
}

// An invoking is an obligation in terms of the function at hand.
type invoking struct {
	method string
	given  map[int][]*Object // what the method gets
	types  *types.Tuple      // of its parameters
	posn   string            // where it is called, "" for the call at hand
	chain  []Step
	// at is the value that leads to the one that it is made on, by path: the line
	// that chose that one is found from there.
	at   ssa.Value
	path string
	// callbacks are what callbacks need of it, around what they call besides with what
	// they are given.
	callbacks []CallbackNeed
	around    []carriedOn
}

// invokes applies a call through an interface behind which no type is in sight; heard
// is what the callbacks among its arguments do.
func (w *flow) invokes(e *env, call ssa.CallInstruction, heard []*Event) {
	common := call.Common()
	if w.emit == nil {
		return
	}
	defer w.unclaimed(e, heard)
	if !w.obliges(common) {
		return
	}
	in := invoking{method: common.Method.Name(), given: map[int][]*Object{}, types: common.Method.Signature().Params(), at: common.Value}
	for i, a := range common.Args {
		if isContext(a.Type()) || mayCarry(a.Type()) && w.mayHold(a.Type()) {
			in.given[i] = w.resolve(a)
		}
	}
	var resting []*Event
	in.callbacks, resting = w.callbackNeeds(common.Args, heard)
	in.around = w.around(common.Args, heard)
	on := w.resolve(common.Value)
	decided := len(on) > 0
	for _, o := range on {
		decided = w.invokeOn(e, call, common.Pos(), o, in, 0) && decided
	}
	for _, ev := range resting {
		ev.ByValue = decided
	}
	if !decided {
		for _, c := range in.around {
			w.plainly(e, call, common.Pos(), c)
		}
	}
}

// obliges reports whether a method of an interface may send statements: those of
// the program's own that get a context do, all others are about something else.
func (w *flow) obliges(common *ssa.CallCommon) bool {
	return w.own(common.Value.Type()) && TakesContext(common.Method)
}

// TakesContext reports whether a function has a context.Context among its parameters.
func TakesContext(fn *types.Func) bool {
	params := fn.Signature().Params()
	for i := range params.Len() {
		if isContext(params.At(i).Type()) {
			return true
		}
	}
	return false
}

// invokedOn applies the obligations of a method that goes where it can't be seen
// who calls it, as far as they are its receiver's.
func (w *flow) invokedOn(e *env, call ssa.CallInstruction, pos token.Pos, fn *types.Func, s *Summary, recv ssa.Value, objs []*Object) {
	if w.emit == nil || len(s.Invokes) == 0 {
		return
	}
	t := target{fn: fn, summary: s, recv: recv, all: []ssa.Value{w.standIn(recv.Type(), objs)}}
	for i := range fn.Signature().Params().Len() {
		t.all = append(t.all, w.standIn(fn.Signature().Params().At(i).Type(), nil))
	}
	w.invoked(e, call, pos, t, "", nil, 0)
}

// handedOn applies the obligations of the methods of a value that goes to a
// library as an interface, as servers of generated code do.
func (w *flow) handedOn(e *env, call ssa.CallInstruction, mi *ssa.MakeInterface) {
	iface, ok := mi.Type().Underlying().(*types.Interface)
	if !ok || w.emit == nil || !mayCarry(mi.X.Type()) {
		return
	}
	for i := range iface.NumMethods() {
		obj, index, _ := types.LookupFieldOrMethod(mi.X.Type(), true, iface.Method(i).Pkg(), iface.Method(i).Name())
		if fn, ok := obj.(*types.Func); ok && len(index) == 1 {
			if s := w.summaryOf(fn.Origin()); s != nil {
				w.invokedOn(e, call, call.Common().Pos(), fn.Origin(), s, mi.X, w.resolve(mi.X))
			}
		}
	}
}

// invoked applies the obligations of a called function's summary. path leads from
// the target's receiver to the value that the function is a method of.
func (w *flow) invoked(e *env, call ssa.CallInstruction, pos token.Pos, t target, path string, chain []Step, depth int) {
	if w.emit == nil {
		return
	}
	for i := range t.summary.Invokes {
		inv := &t.summary.Invokes[i]
		in := invoking{method: inv.Method, given: map[int][]*Object{}, posn: inv.Posn, chain: slices.Concat(chain, inv.Chain)}
		in.callbacks, in.around = w.splitOff(t.all, inv.Callbacks)
		if inv.Param < len(t.all) {
			in.at, in.path = t.all[inv.Param], inv.Path
			if inv.Param == 0 && t.recv != nil {
				in.at, in.path = t.recv, path+inv.Path
			}
		}
		made := map[int]*Object{}
		for _, c := range inv.Args {
			w.give(e, call, t.all, c, in.given, made)
		}
		for _, o := range w.placed(t.all, inv.Place) {
			w.invokeOn(e, call, pos, o, in, depth)
		}
	}
}

// give resolves an argument of an obligation at a call.
func (w *flow) give(e *env, call ssa.CallInstruction, args []ssa.Value, c Carrier, given map[int][]*Object, made map[int]*Object) {
	switch {
	case c.isWhole():
		o := w.whole(c)
		if in := made[c.Slot]; in != nil {
			in.base = add(in.base, o)
			return
		}
		given[c.Slot] = add(given[c.Slot], o)
		return
	case c.From.Param >= len(args):
		return
	}
	objs := w.carriedArg(call, args, c, nil)
	for _, o := range objs {
		if o.created() && c.From.Param < 0 {
			e.begins(o, o.initial.clone())
		}
	}
	o := made[c.Slot]
	if c.Path != "" && o == nil {
		// A context, or another value, with something in it.
		o = &Object{Root: Created, Index: argumentIndex(c.Slot), frame: w.frame, fields: map[string][]*Object{}, base: given[c.Slot]}
		made[c.Slot], given[c.Slot] = o, []*Object{o}
	}
	switch {
	case c.Path != "":
		o.fields[c.Path] = add(o.fields[c.Path], objs...)
	case o != nil:
		o.base = add(o.base, objs...)
	default:
		given[c.Slot] = add(given[c.Slot], objs...)
	}
}

// invokeOn decides an obligation on a value: what runs is the method of the
// value's type. Where that is the caller's to choose, it is passed on. It reports false
// where nobody decides.
func (w *flow) invokeOn(e *env, call ssa.CallInstruction, pos token.Pos, o *Object, in invoking, depth int) bool {
	if fn := w.methodOf(o, in.method); fn != nil {
		w.runs(e, call, pos, o, in, fn, depth)
		return true
	}
	if isCallbacks(o) && w.listeners > 0 && len(in.chain) < maxChain {
		if in.posn == "" {
			in.posn = w.posn(pos)
		} else {
			in.chain = append([]Step{{Posn: w.posn(pos), Message: calls(call)}}, in.chain...)
		}
		w.emit(&Event{Call: call, Pos: pos, Handles: []Handle{{Object: o}}, Invoked: &in})
		return false
	}
	if o.Root != Param || o.inRequest() || o.value || countFields(o.Path) > maxPath || len(in.chain) >= maxChain {
		return false
	}
	if w.carriesOn(e, call, pos, o, in) {
		return false
	}
	inv := Invoke{Place: o.Place(), Method: in.method, Posn: in.posn, Chain: in.chain}
	inv.Callbacks = capped(w.build, slices.Concat(in.callbacks, w.obliged(e, call, pos, in.around)))
	if inv.Posn == "" {
		inv.Posn = w.posn(pos)
	} else {
		inv.Chain = append([]Step{{Posn: w.posn(pos), Message: calls(call)}}, inv.Chain...)
	}
	for slot := range maxArguments {
		inv.Args = append(inv.Args, w.argument(slot, in.given[slot], e)...)
	}
	inv.Args = capped(w.build, tidy(inv.Args, compareCarriers))
	w.build.invokes = append(w.build.invokes, inv)
	return true
}

// argument describes an argument of an obligation to the function's caller.
func (w *flow) argument(slot int, objs []*Object, e *env) []Carrier {
	var out []Carrier
	for _, o := range objs {
		made := Carrier{Slot: slot, From: Place{Param: -1}}
		switch {
		case o.cameWithRequest() && o.Path == "":
			made.Cause = ofServer
		case o.empty && o.base == nil:
			made.Cause = noContext
		case o.Root == Param && o.Kind == dbapi.NoHandle:
			made.From = o.Place()
		case o.base != nil || len(o.fields) > 0 && (o.Type == nil || isContext(o.Type)):
			out = append(out, w.describeContext(slot, []*Object{o}, e, 0)...)
			continue
		default:
			out = append(out, w.describe(slot, []*Object{o}, e, "", 0)...)
			continue
		}
		out = append(out, made)
	}
	return out
}

// runs applies the method that an obligation turns out to run.
func (w *flow) runs(e *env, call ssa.CallInstruction, pos token.Pos, o *Object, in invoking, fn *types.Func, depth int) {
	s := w.summaryOf(fn)
	if s == nil || depth >= maxDepth {
		return
	}
	t := target{fn: fn, summary: s, recv: in.at, all: []ssa.Value{w.standIn(fn.Signature().Recv().Type(), []*Object{o})}}
	params := fn.Signature().Params()
	for i := range params.Len() {
		t.all = append(t.all, w.standIn(params.At(i).Type(), in.given[i]))
	}
	t.args = t.all[1:]
	chain := in.chain
	if in.posn != "" {
		chain = append(slices.Clip(chain), Step{Posn: in.posn, Message: "calls " + in.method})
	}
	for i := range s.Needs {
		n := s.Needs[i]
		n.Chain = slices.Concat(chain, n.Chain)
		at := pos
		if n.Param == 0 && in.at != nil && (n.Else == nil || keyOfPath(n.Path) == "") {
			objs := w.handlesOf(&n, func(p Place) []*Object { return w.placed(t.all, p) })
			if chosen := w.chosen(in.at, in.path+n.chosenPath(objs)); chosen.IsValid() {
				at = chosen
			}
		}
		w.needAt(e, call, t, &n, at, at != pos || call == nil)
	}
	for i := range s.Reads {
		n := s.Reads[i]
		n.Chain = slices.Concat(chain, n.Chain)
		w.readsOver(e, call, pos, fn, &n, w.placed(t.all, n.Place))
	}
	w.callsBack(e, call, pos, t, in.callbacks)
	w.carryOn(e, call, pos, t, in.around, depth+1)
	w.invoked(e, call, pos, t, in.path, chain, depth+1)
}

// standIn is a value that stands for objects where a call's arguments are asked for.
func (f *frame) standIn(t types.Type, objs []*Object) ssa.Value {
	v := ssa.NewConst(nil, t)
	if len(objs) == 0 && isContext(t) {
		objs = []*Object{f.in.intern(Object{Root: Carried, Value: v, Type: t, Cause: "context-carrier"}, "")}
	}
	f.memo[v], f.stands[v] = objs, true
	return v
}

// methodOf returns a method of the type that is surely behind a value, nil where
// that isn't known.
func (w *flow) methodOf(o *Object, name string) *types.Func {
	t := w.concrete(o)
	if t == nil {
		return nil
	}
	if _, isPointer := t.Underlying().(*types.Pointer); !isPointer {
		t = types.NewPointer(t)
	}
	obj, index, _ := types.LookupFieldOrMethod(t, true, w.Pkg.Pkg, name)
	fn, ok := obj.(*types.Func)
	if !ok || len(index) > 1 {
		return nil // promoted: of a part of the value
	}
	return fn.Origin()
}

// concrete is the type of what is behind an interface, nil if that isn't known.
func (f *frame) concrete(o *Object) types.Type {
	switch {
	case o.Type != nil && !types.IsInterface(o.Type):
		return o.Type
	case o.behind[""] != "":
		return f.typeNamed(o.behind[""])
	}
	var found types.Type
	for _, stored := range o.wired {
		t := f.concrete(stored)
		if t == nil || found != nil && !types.Identical(t, found) {
			return nil
		}
		found = t
	}
	return found
}

// firstInvokes keeps of the calls of a method with the same arguments the one with
// the shortest chain, and of those the first in the source.
func firstInvokes(all []Invoke) []Invoke {
	same := func(x, y Invoke) int {
		return cmp.Or(comparePlaces(x.Place, y.Place), cmp.Compare(x.Method, y.Method), slices.CompareFunc(x.Args, y.Args, compareCarriers),
			slices.CompareFunc(x.Callbacks, y.Callbacks, compareCallbackNeeds))
	}
	slices.SortStableFunc(all, func(x, y Invoke) int {
		return cmp.Or(same(x, y), cmp.Compare(len(x.Chain), len(y.Chain)), cmp.Compare(x.Posn, y.Posn))
	})
	return tidy(all, same)
}
