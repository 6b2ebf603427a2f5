package scope

import (
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A helper that begins a transaction and sends a text that it is given, to set
// the context, leaves it to its callers what it sets. In its states and its
// summary that stands as a setting of this kind of name, which no server knows.
const (
	saidPrefix = "text p"
	saidByNone = "text" // nobody knows what was sent
)

func saidText(param int) string { return saidPrefix + strconv.Itoa(param) }

// isSaid reports whether a name stands for what a text sets.
func isSaid(name string) bool { return name == saidByNone || strings.HasPrefix(name, saidPrefix) }

// saidParam is the parameter whose text a name stands for, -1 for none.
func saidParam(name string) int {
	if n, err := strconv.Atoi(strings.TrimPrefix(name, saidPrefix)); err == nil {
		return n
	}
	return -1
}

// saidTo reports whether texts were sent of which only callers know what they set.
func (s State) saidTo() bool {
	for name := range s.Settings {
		if isSaid(name) {
			return true
		}
	}
	return false
}

// said notes on transactions that a parameter's text was sent.
func (w *flow) said(e *env, call ssa.CallInstruction, on []*Object, param *ssa.Parameter) {
	i := paramIndex(param)
	for _, o := range on {
		if o.IsTx() && i >= 0 {
			s := e.get(o).clone()
			s.set(saidText(i), w.entry(call))
			e.put(o, s)
		}
	}
}

// saying adds to the state of a handle that a call hands out what the texts do
// that the call is given.
func (f *frame) saying(s *State, name string, level Level, args []ssa.Value, at *ssa.BasicBlock) {
	i := saidParam(name)
	if i < 0 || i >= len(args) {
		s.Opaque = true
		return
	}
	st := statement{arg: args[i]}
	st.read(f, f.texts.Text(st.arg, at))
	switch {
	case st.param != nil:
		s.set(saidText(paramIndex(st.param)), Entry{Level: level})
		return
	case st.opaque():
		s.Opaque = true
	}
	w := &flow{frame: f}
	for _, c := range w.changes(st) {
		switch {
		case c.tx != sqlcheck.NoTx:
		case c.Reset:
			s.reset(c.name)
		case f.Bypass(c.name, c.value):
			s.Broken = "bypassrole"
		case c.Certain && !c.Conditional:
			s.set(c.name, Entry{Level: level})
		}
	}
}
