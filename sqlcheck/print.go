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
		for _, p := range r.Pins {
			fmt.Fprintf(b, "    pins %s\n", p)
		}
		for _, n := range r.Near {
			fmt.Fprintf(b, "    near %s: %s @%d\n", n.Column, n.Why, n.Pos)
		}
	}
	for _, i := range s.Inserts {
		fmt.Fprintf(b, "  inserts into %s%s\n", s.relationName(i.Relation), i)
	}
	for _, a := range s.Updates {
		fmt.Fprintf(b, "  updates %s%s\n", s.relationName(a.Relation), a)
	}
	for _, n := range s.Functions {
		fmt.Fprintf(b, "  from function %s\n", n)
	}
	for _, v := range s.Settings {
		fmt.Fprintf(b, "  %s\n", v)
	}
	for _, g := range s.Grants {
		fmt.Fprintf(b, "  grants %s to %s\n", g.Role, strings.Join(g.To, ", "))
	}
	if s.Prepares != "" {
		fmt.Fprintf(b, "  prepares %s\n", s.Prepares)
	}
	if s.Executes != "" {
		fmt.Fprintf(b, "  executes %s\n", s.Executes)
	}
	if s.Dynamic {
		b.WriteString("  dynamic\n")
	}
	for _, h := range s.Holes {
		fmt.Fprintf(b, "  hole %d %s\n", h.Part, h.Place)
	}
}

func (s *Statement) relationName(i int) string {
	if i < 0 || i >= len(s.Relations) {
		return "?"
	}
	if s.Relations[i].Hole {
		return renderedHole
	}
	return s.Relations[i].Name.String()
}

// String renders a relation as in "writes public.orders as o returned @7".
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
	switch {
	case r.Role == AsTarget && !r.Write, r.Role != AsTarget && r.Role != AsFrom:
		name += " " + r.Role.String()
	}
	if r.Within != TopLevel {
		name += " " + r.Within.String()
	}
	if r.Returned {
		name += " returned"
	}
	if r.Loose {
		name += " loose"
	}
	return fmt.Sprintf("%s %s @%d", verb, name, r.Pos)
}

// String renders a pin as in "tenant_id = $1 @44".
func (p Pin) String() string {
	return fmt.Sprintf("%s = %s @%d", p.Column, sourceText(p.To, p.Param, p.Text), p.Pos)
}

// String renders a row that is put in as in "(id = $1) on conflict (id) update @12".
func (i Insertion) String() string {
	var b strings.Builder
	switch {
	case i.Defaults:
		b.WriteString(" defaults")
	case i.Positional:
		b.WriteString(" positional")
	default:
		b.WriteString(" " + columnsText(i.Columns))
	}
	if i.Loose {
		b.WriteString(" loose")
	}
	if c := i.Conflict; c != nil {
		b.WriteString(" " + c.String())
	}
	fmt.Fprintf(&b, " @%d", i.Pos)
	return b.String()
}

// String renders what is assigned as in "(status = $1) @12".
func (a Assignments) String() string {
	loose := ""
	if a.Loose {
		loose = " loose"
	}
	return fmt.Sprintf(" %s%s @%d", columnsText(a.Columns), loose, a.Pos)
}

// String renders an ON CONFLICT clause as in "on conflict (id) where update".
func (c Conflict) String() string {
	var b strings.Builder
	b.WriteString("on conflict")
	if c.Columns != nil {
		b.WriteString(" (" + strings.Join(c.Columns, ", ") + ")")
	}
	if c.Expression {
		b.WriteString(" expression")
	}
	if c.Partial {
		b.WriteString(" where")
	}
	if c.Constraint != "" {
		b.WriteString(" on constraint " + c.Constraint)
	}
	if c.Update {
		b.WriteString(" update")
	}
	return b.String()
}

func columnsText(columns []ColumnValue) string {
	var list []string
	for _, c := range columns {
		name := c.Column
		if name == "" {
			name = "⟨…⟩"
		}
		value := sourceText(c.From, c.Param, c.Text)
		if c.Kept {
			value += " as it is"
		}
		list = append(list, name+" = "+value)
	}
	return "(" + strings.Join(list, ", ") + ")"
}

func sourceText(s Source, param int, text string) string {
	switch {
	case s == FromParam && param > 0:
		return fmt.Sprintf("$%d", param)
	case s == FromList && param > 0:
		return fmt.Sprintf("list of $%d", param)
	case s == FromLiteral:
		return fmt.Sprintf("%q", text)
	}
	return s.String()
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

func (r Role) String() string { return name(int(r), "from", "target", "join", "using", "sample") }

func (w Within) String() string {
	return name(int(w), "at top", "in cte", "in sub-select", "in body")
}

func (w Why) String() string {
	return name(int(w), "unknown", "in or", "optional", "kept by join", "unknown value", "of expression", "not equality")
}

func (s Source) String() string {
	return name(int(s), "elsewhere", "param", "context", "hole", "literal", "list", "lookup", "default")
}

func (l Lifetime) String() string { return name(int(l), "session", "local", "bound", "stored") }

func (f Form) String() string {
	return name(int(f), "nothing", "set", "set_config", "alter role", "alter system", "function")
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
