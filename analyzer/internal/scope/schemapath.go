package scope

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// Programs with a schema for each tenant name the tenant in search_path. That a
// program sets it says little: many have one schema of their own, which the
// configuration names. Who decides on the value tells the two apart.

// A SchemaChoice says for whom a schema is named in search_path.
type SchemaChoice uint8

const (
	// ForAll: the program names it, or nothing is known.
	ForAll SchemaChoice = iota
	// ForCaller: the function's caller passes it, together with a context.
	ForCaller
	// ForContext: it is made of what a context says.
	ForContext
)

// SearchPath is the setting's name.
const SearchPath = "search_path"

// SchemaChoice says who decides on the schema that an event puts in search_path.
func (ev *Event) SchemaChoice(set sqlcheck.Setting) SchemaChoice {
	switch {
	case set.Name != SearchPath || set.Reset:
		return ForAll
	case set.Value.Kind == sqlcheck.Bound:
		if v := ev.Bound(set.Value.Param); v != nil {
			return schemaChoice(v)
		}
	case set.Value.Kind == sqlcheck.Formatted && ev.TextArg != nil:
		return schemaChoice(ev.TextArg)
	}
	return ForAll
}

func schemaChoice(v ssa.Value) SchemaChoice {
	c := chooser{seen: map[ssa.Value]bool{}}
	c.value(v)
	return c.found
}

type chooser struct {
	found SchemaChoice
	seen  map[ssa.Value]bool
}

func (c *chooser) value(v ssa.Value) {
	if v == nil || c.seen[v] {
		return
	}
	c.seen[v] = true
	switch v := v.(type) {
	case *ssa.Parameter:
		sig := v.Parent().Signature
		_, isText := v.Type().Underlying().(*types.Basic)
		if isText && takesContext(sig) && !(sig.Recv() != nil && v == v.Parent().Params[0]) {
			c.found = max(c.found, ForCaller)
		}
	case *ssa.FreeVar:
		c.value(binding(v))
	case *ssa.Alloc:
		for _, use := range *v.Referrers() { // variadic arguments, and variables
			switch use := use.(type) {
			case *ssa.Store:
				if use.Addr == v {
					c.value(use.Val)
				}
			case *ssa.IndexAddr:
				for _, in := range *use.Referrers() {
					if st, ok := in.(*ssa.Store); ok && st.Addr == use {
						c.value(st.Val)
					}
				}
			}
		}
	case *ssa.Call:
		for _, a := range v.Call.Args {
			if isContext(a.Type()) {
				c.found = ForContext
				return
			}
			c.value(a)
		}
	case *ssa.FieldAddr, *ssa.Field, *ssa.Global:
		// A configuration, or what a constructor was told.
	case ssa.Instruction:
		for _, op := range v.Operands(nil) {
			c.value(*op)
		}
	}
}

// schemaOf returns the choice of the schema that a call puts in search_path.
func (w *flow) schemaOf(call ssa.CallInstruction) SchemaChoice {
	if call == nil {
		return ForAll
	}
	sent := w.sentBy(call)
	ev := &Event{Texts: sent.texts, Args: sent.args, ArgsKnown: sent.argsKnown, TextArg: sent.arg}
	out := ForAll
	for _, t := range sent.texts {
		for _, st := range t.Facts.Statements {
			for _, set := range st.Settings {
				out = max(out, ev.SchemaChoice(set))
			}
		}
	}
	return out
}
