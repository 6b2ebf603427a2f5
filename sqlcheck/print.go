package sqlcheck

import (
	"fmt"
	"strings"
)

// String renders the facts for people and tests, a line a fact. The same facts
// give the same text.
func (f Facts) String() string {
	var b strings.Builder
	if f.Err != nil {
		fmt.Fprintf(&b, "%s @%d: %s\n", f.Err.Cause, f.Err.Offset, f.Err.Message)
	}
	for i := range f.Statements {
		f.Statements[i].write(&b)
	}
	return b.String()
}

func (s *Statement) write(b *strings.Builder) {
	fmt.Fprintf(b, "%s %d-%d", s.Op, s.Pos, s.End)
	if s.Params > 0 {
		fmt.Fprintf(b, " params=%d", s.Params)
	}
	if s.Tx != NoTx {
		fmt.Fprintf(b, " tx=%s", s.Tx)
	}
	b.WriteByte('\n')
	for _, r := range s.Relations {
		fmt.Fprintf(b, "  %s\n", r)
	}
	for _, n := range s.Functions {
		fmt.Fprintf(b, "  from function %s\n", n)
	}
	for _, v := range s.Settings {
		fmt.Fprintf(b, "  %s\n", v)
	}
	for _, h := range s.Holes {
		fmt.Fprintf(b, "  hole %d %s\n", h.Part, h.Place)
	}
}

// String renders a relation as in "writes public.orders as o @7".
func (r Relation) String() string {
	verb, name := "reads", r.Name.Name
	if r.Write {
		verb = "writes"
	}
	if r.Hole {
		name = "⟨…⟩"
	}
	if r.SchemaHole {
		name = "⟨…⟩." + name
	} else if r.Schema != "" {
		name = r.Schema + "." + name
	}
	if r.Alias != "" {
		name += " as " + r.Alias
	}
	return fmt.Sprintf("%s %s @%d", verb, name, r.Pos)
}

// String renders a setting as in "sets app.tenant_id local = $1 by set_config certain @7".
func (s Setting) String() string {
	var b strings.Builder
	verb, name := "sets", s.Name
	if s.Reset {
		verb = "resets"
	}
	switch {
	case s.NameParam > 0:
		name = fmt.Sprintf("$%d", s.NameParam)
	case len(s.NameHoles) > 0:
		name = fmt.Sprintf("⟨%v⟩", s.NameHoles)
	case name == "":
		name = "?"
	}
	fmt.Fprintf(&b, "%s %s %s", verb, name, s.Lifetime)
	if s.LifetimeParam > 0 {
		fmt.Fprintf(&b, "($%d)", s.LifetimeParam)
	}
	if s.Value.Kind != NoValue {
		fmt.Fprintf(&b, " = %s", s.Value)
	}
	fmt.Fprintf(&b, " by %s", s.Form)
	if s.Certain {
		b.WriteString(" certain")
	}
	if s.Conditional {
		b.WriteString(" conditional")
	}
	fmt.Fprintf(&b, " @%d", s.Pos)
	return b.String()
}

// String renders a value as in "$1" or "formatted [1]".
func (v SettingValue) String() string {
	switch v.Kind {
	case Literal:
		if v.QuotedPlaceholder {
			return fmt.Sprintf("%q (a quoted placeholder)", v.Text)
		}
		return fmt.Sprintf("%q", v.Text)
	case Bound:
		return fmt.Sprintf("$%d", v.Param)
	case Formatted:
		return fmt.Sprintf("formatted %v", v.Holes)
	case Expression:
		if v.Param > 0 {
			return fmt.Sprintf("expression of $%d", v.Param)
		}
		return "expression"
	}
	return "nothing"
}

func (o Op) String() string {
	return name(int(o), "other", "select", "insert", "update", "delete", "merge", "truncate", "copy from",
		"copy to", "lock", "set", "txn", "ddl", "call")
}

func (t TxControl) String() string {
	return name(int(t), "none", "begin", "commit", "rollback", "savepoint", "release savepoint",
		"rollback to", "prepare transaction")
}

func (l Lifetime) String() string { return name(int(l), "session", "local", "bound", "stored") }

func (f Form) String() string {
	return name(int(f), "nothing", "set", "set_config", "alter role", "alter system")
}

func (c Cause) String() string {
	return name(int(c), "no error", "rejected", "too complex", "opaque")
}

func (p Place) String() string {
	return name(int(p), "fragment", "literal", "quoted name", "name", "value", "comment", "placeholder")
}

// name picks the name of a constant.
func name(i int, names ...string) string {
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}
