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
	if ev.frame == nil || set.Name != SearchPath || set.Reset {
		return ForAll
	}
	w := &flow{frame: ev.frame}
	_, param, ok := choiceOf(w.schemaChosen(set, statement{arg: ev.TextArg, args: ev.Args, argsKnown: ev.ArgsKnown}))
	switch fn := root(ev.frame.fn); {
	case !ok:
		return ForAll
	case param < 0:
		return ForContext
	case isText(fn.Params[param].Type()) && takesContext(fn.Signature):
		return ForCaller
	}
	return ForAll // a configuration, as far as is known
}

func isText(t types.Type) bool {
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

// schemaChosen is the setting that stands for the choice of the schema that a
// statement puts in search_path.
func (w *flow) schemaChosen(set sqlcheck.Setting, s statement) string {
	switch {
	case set.Value.Kind == sqlcheck.Bound:
		return w.choice(ChosenSchema, bound(s, set.Value.Param))
	case set.Value.Kind == sqlcheck.Formatted && s.arg != nil:
		return w.choice(ChosenSchema, s.arg)
	}
	return ""
}

// schemaOf returns the choice of the schema that a call puts in search_path.
func (w *flow) schemaOf(call ssa.CallInstruction) SchemaChoice {
	if call == nil {
		return ForAll
	}
	sent := w.sentBy(call)
	ev := &Event{frame: w.frame, Texts: sent.texts, Args: sent.args, ArgsKnown: sent.argsKnown, TextArg: sent.arg}
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
