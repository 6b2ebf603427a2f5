package policy

import (
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// An env is what names mean to an expression: rows from the inside out, then
// the variables of the function.
type env struct {
	row     *frame // of the policy's table; nil inside functions
	frames  []*frame
	outer   *env // of the query around
	vars    map[string]value
	params  []value
	in      *schema.Function // whose body it is
	definer bool             // no policy holds for what it reads
	roles   []string         // that the judged policy is for
	path    []string         // where names without schema are looked up
	visited []*schema.Table  // whose policies are being looked into
}

// A frame is one row of a FROM clause.
type frame struct {
	table  *schema.Table // nil when it is none, or not known
	alias  string
	id     string           // tells its columns from those of other rows
	values map[string]value // of a sub-select or function; "" stands for its only column
	closed bool             // values are all that it has
}

// inside returns the env of a sub-select.
func (e *env) inside() *env {
	inner := *e
	inner.outer, inner.frames, inner.row = e, nil, nil
	return &inner
}

// find looks a column up.
func (r *run) find(parts []string, e *env) value {
	name, qualifier := parts[len(parts)-1], ""
	if len(parts) > 1 {
		qualifier = parts[len(parts)-2]
	}
	if v, ok := e.vars[name]; ok && (qualifier == "" || e.in != nil && qualifier == e.in.Name) {
		return v
	}
	var guess *frame
	for at := e; at != nil; at = at.outer {
		for _, f := range at.frames {
			if v, ok := r.column(f, qualifier, name); ok {
				return v
			}
			if guess == nil && qualifier == "" && (f.table == nil || f.table.Assumed || f.table.Incomplete) && !f.closed {
				guess = f
			}
		}
		if at.row != nil && (qualifier == "" || qualifier == at.row.alias) {
			if has(at.row.table, name) || guess == nil {
				return r.own(at.row.table, name)
			}
		}
	}
	if v, ok := e.vars[qualifier]; ok && qualifier != "" { // a record's field
		return v.field(name)
	}
	if guess != nil {
		return value{kind: free, text: guess.id + "." + name, from: ofLookup, at: guess.id}
	}
	return unknown(name)
}

// field of a record variable.
func (v value) field(name string) value {
	switch v.kind {
	case null, raised:
		return v
	}
	return value{kind: free, text: v.text + "." + name, from: v.from, at: v.at, why: v.why}
}

// column returns the column of a frame.
func (r *run) column(f *frame, qualifier, name string) (value, bool) {
	if qualifier != "" && qualifier != f.alias {
		return value{}, false
	}
	if v, ok := f.values[name]; ok {
		return v, true
	}
	if v, ok := f.values[""]; ok && (qualifier != "" || name == f.alias) {
		return v, true
	}
	if f.closed {
		return value{}, false
	}
	if qualifier == "" && !has(f.table, name) {
		return value{}, false
	}
	return value{kind: free, text: f.id + "." + name, from: ofLookup, at: f.id}, true
}

func has(t *schema.Table, column string) bool { return t != nil && columnOf(t, column) != nil }

func columnOf(t *schema.Table, name string) *schema.Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// own returns a column of the row that is judged.
func (r *run) own(t *schema.Table, name string) value {
	tenants := r.judge.tenant(t)
	for _, c := range tenants {
		if c != name {
			continue
		}
		switch r.tenant {
		case theirRow:
			return value{kind: token, text: "the row's " + name, from: ofRow | theirs}
		case nullRow:
			return value{}
		case emptyRow:
			return constant("")
		}
	}
	return value{kind: free, text: name, from: ofRow}
}

// table finds a relation by the name in a query.
func (j *Judge) table(v *pgparse.RangeVar, path []string) *schema.Table {
	if v.GetSchemaname() == "" {
		for _, in := range path {
			if t := j.model.Table(sqlcheck.Name{Schema: in, Name: v.GetRelname()}); t != nil {
				return t
			}
		}
	}
	return j.model.Table(sqlcheck.Name{Schema: v.GetSchemaname(), Name: v.GetRelname()})
}
