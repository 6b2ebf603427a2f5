package request

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A def is something that gives a variable, or a part of one, its value.
type def struct {
	at      ssa.Instruction
	strong  bool // it replaces what was there
	part    bool // it gives one of several fields its value
	origins func() []Origin
}

// Writes are what is written through an address, as far as it is seen.
type writes struct {
	*engine
	at    ssa.Instruction // where the result is used, if that matters
	defs  []def
	whole bool // nothing else can write there
}

// content is what a variable, or a part of it, holds where it is used.
func (p *engine) content(alloc *ssa.Alloc, path string, at ssa.Instruction) []Origin {
	w := &writes{engine: p, at: at, whole: true}
	w.through(alloc, path)
	p.budget -= len(w.defs)
	if len(w.defs) > maxDefs {
		p.cut++
		return opaque
	}
	var out []Origin
	for _, d := range live(p.order, w.defs, func(d def) def { return d }, at) {
		out = join(out, p.trusting(d.origins(), d.at.Block(), nil)...)
	}
	switch {
	case len(out) > 0:
	case w.whole:
		return []Origin{{Kind: Program}} // the zero value
	default:
		return opaque
	}
	return out
}

// maxDefs bounds the writes to one variable that are told apart.
const maxDefs = 200

// through collects what is written through an address.
func (w *writes) through(addr ssa.Value, path string) {
	if addr.Referrers() == nil {
		return
	}
	for _, instr := range *addr.Referrers() {
		switch instr := instr.(type) {
		case *ssa.Store:
			if instr.Addr == addr {
				w.defs = append(w.defs, def{at: instr, strong: true, origins: func() []Origin { return w.stored(instr, path) }})
			} else {
				w.whole = false
			}
		case *ssa.FieldAddr:
			name := "." + fieldOf(instr.X.Type(), instr.Field).Name()
			switch rest, ok := strings.CutPrefix(path, name); {
			case ok && (rest == "" || rest[0] == '.'):
				w.through(instr, rest)
			case path == "":
				w.partly(instr, "")
			}
		case *ssa.IndexAddr:
			w.partly(instr, path)
		case *ssa.MakeClosure:
			fn := instr.Fn.(*ssa.Function)
			for i, b := range instr.Bindings {
				if b == addr && i < len(fn.FreeVars) {
					w.through(fn.FreeVars[i], path)
				}
			}
		case *ssa.MakeInterface:
			w.through(instr, path)
		case *ssa.ChangeType:
			w.through(instr, path)
		case ssa.CallInstruction:
			w.filled(instr, addr, path)
		case *ssa.UnOp, *ssa.DebugRef, *ssa.Slice, *ssa.BinOp, *ssa.Return, *ssa.TypeAssert:
		default:
			w.whole = false
		}
	}
}

// partly collects what is written to one of several parts: the others stay.
func (w *writes) partly(addr ssa.Value, path string) {
	before := len(w.defs)
	w.through(addr, path)
	for i := before; i < len(w.defs); i++ {
		w.defs[i].strong, w.defs[i].part = false, true
	}
}

// stored is what is stored: of a pointer, what it points to where it is used.
func (w *writes) stored(st *ssa.Store, path string) []Origin {
	var at ssa.Instruction = st
	if _, ok := st.Val.Type().Underlying().(*types.Pointer); ok {
		at = w.at
	}
	return w.trace(st.Val, path, at)
}

// filled adds what a call writes through an address that it is given.
func (w *writes) filled(call ssa.CallInstruction, addr ssa.Value, path string) {
	w.whole = false
	c := w.callee(call)
	for i, arg := range c.args {
		if arg != addr {
			continue
		}
		if e := c.entry; e.out != none && i == e.out+c.shift {
			w.defs = append(w.defs, def{at: call, strong: e.role == verified, origins: func() []Origin { return ofField(w.made(call, c), path) }})
			continue
		}
		if c.summary == nil {
			continue
		}
		for _, f := range c.summary.Fills {
			if rest, ok := strings.CutPrefix(path, f.Path); f.Param == i && ok && (rest == "" || rest[0] == '.') {
				w.defs = append(w.defs, def{at: call, strong: true, origins: func() []Origin { return ofField(w.bind(f.Origins, call, c, rest), rest) }})
			}
		}
	}
}

// ofField names what is read from a request by the field that it is read into.
func ofField(origins []Origin, path string) []Origin {
	field, _, _ := strings.Cut(strings.TrimPrefix(path, "."), ".")
	if field == "" {
		return origins
	}
	var out []Origin
	for _, o := range origins {
		if o.Kind == Request && o.Name == "" && o.What != unverifiedToken {
			o.Name = field
		}
		out = join(out, o)
	}
	return out
}
