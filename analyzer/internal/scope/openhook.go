package scope

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// An OpenHook is a hook that hands out connections without the tenant's context.
type OpenHook struct {
	Hook, Setting string
	// Dropped: the setting is made, but its error is not looked at.
	Dropped bool
	// Cleared: the hook itself takes back what the tenant before left.
	Cleared bool
	// Elsewhere: the configuration is another function's; Released: this one
	// also says what happens to connections that come back.
	Elsewhere, Released bool
}

// openHooks emits the hooks that the function installs and that set the
// tenant's context on some of their ways only.
func (f *frame) openHooks(emit func(*Event)) {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Store:
				if fa, ok := f.hookAt(instr); ok {
					h := OpenHook{Hook: fieldName(fa), Released: f.releases(f.resolve(fa.X))}
					f.openHook(f.function(instr.Val), h, instr.Pos(), emit)
				}
			case ssa.CallInstruction:
				for _, param := range f.takesHooks(instr) {
					f.openHook(f.function(param), OpenHook{Hook: "hook", Elsewhere: true}, instr.Common().Pos(), emit)
				}
			}
		}
	}
}

// takesHooks lists the arguments of a call that become hooks.
func (f *frame) takesHooks(call ssa.CallInstruction) []ssa.Value {
	if call.Common().StaticCallee() == nil {
		return nil
	}
	t := f.targetOf(call)
	if t.summary == nil {
		return nil
	}
	var params []int
	for _, h := range t.summary.Hooks {
		params = append(params, h.From)
	}
	for _, r := range t.summary.Results {
		params = append(params, r.Hooks...)
	}
	var out []ssa.Value
	for _, p := range params {
		if p >= 0 && p < len(t.all) {
			out = append(out, t.all[p])
		}
	}
	return out
}

// releases reports whether the function assigns the hook that runs when a
// connection comes back to the pool.
func (f *frame) releases(config []*Object) bool {
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok {
				if fa, ok := st.Addr.(*ssa.FieldAddr); ok && f.api.HasHooks(fa.X.Type()) && fieldName(fa) == "AfterRelease" && meet(f.resolve(fa.X), config) {
					return true
				}
			}
		}
	}
	return false
}

func (f *frame) openHook(c callee, h OpenHook, at token.Pos, emit func(*Event)) {
	exits, o := f.runHook(c, nil)
	if o == nil {
		return
	}
	for _, in := range f.hook(c).settings {
		if (in.Level != Set || in.If != nil) && f.tenant(in.Setting) {
			h.Setting, h.Dropped = in.Setting, in.Level == Unchecked
			pos, left := openAt(exits, o, in.Setting, at)
			h.Cleared = left.wasTaken(in.Setting)
			emit(&Event{Pos: pos, Hook: &h})
			return
		}
	}
}

// openAt is the first return at which a hook hands out a connection without a
// setting, of those that surely hand one out if there is one, and the state in which
// it leaves the connection.
func openAt(exits []exit, o *Object, setting string, otherwise token.Pos) (token.Pos, State) {
	found, left := otherwise, State{}
	for _, x := range exits {
		entry, has := x.env.get(o).Settings[setting]
		if !accepts(x) || has && hookLevel(x, entry) == Set || !x.ret.Pos().IsValid() {
			continue
		}
		if _, surely := answer(x.ret).(*ssa.Const); surely {
			return x.ret.Pos(), x.env.get(o)
		}
		if found == otherwise {
			found, left = x.ret.Pos(), x.env.get(o)
		}
	}
	return found, left
}
