package schemacheck

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/credential"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Picture is what keeps tenants apart in the schemas that were asked for. Its JSON
// is the form of `tenantvet schema show -format json`.
type Picture struct {
	Version int     `json:"version"` // 1; grows as that of the report does
	Schemas []Shown `json:"schemas"`
}

// A Shown schema is a directory of migrations, or a database.
type Shown struct {
	Of       string   `json:"of"`       // "db/migrations", "database:shop"
	Settings []string `json:"settings"` // that carry the tenant
	Tables   []Table  `json:"tables"`   // whose rows belong to tenants
	Others   []string `json:"others"`   // the names of the other tables
}

// A Table is one whose rows belong to tenants.
type Table struct {
	Name     string          `json:"name"`    // "orders", "app.orders" outside of public
	Columns  []string        `json:"columns"` // that hold the tenant
	RLS      bool            `json:"rls"`
	Forced   bool            `json:"forced"`
	Owner    string          `json:"owner"`
	Position report.Position `json:"position"`
	Policies []Policy        `json:"policies"`
	Grants   []Grant         `json:"grants"`
	Paths    []Path          `json:"paths"` // round the policies
}

// A Policy is one with its verdict.
type Policy struct {
	Name     string          `json:"name"`
	Command  string          `json:"command"`
	Roles    []string        `json:"roles"`
	Using    string          `json:"using,omitempty"`
	Check    string          `json:"check,omitempty"`
	Verdict  string          `json:"verdict"` // closed, guarded, open, can't tell; or restrictive
	Because  string          `json:"because"` // the verdict in words
	Position report.Position `json:"position"`
}

// A Grant is what a role may do.
type Grant struct {
	Role       string   `json:"role"`
	Privileges []string `json:"privileges"`
	Column     string   `json:"column,omitempty"`
}

// A Path is a way to the rows for which the policies don't hold.
type Path struct {
	Kind     string          `json:"kind"` // owner, role, view, materialized view, partition, function, publication
	Name     string          `json:"name"`
	Reason   string          `json:"reason"`
	Sure     bool            `json:"sure"` // else it depends on what is not known
	Position report.Position `json:"position"`
}

// Show adds the schemas of a module that the filter lets through.
func (c *Check) Show(p *Picture, m *evidence.Module, wanted func(*evidence.Schema) bool) {
	for i := range m.Schemas {
		if s := &m.Schemas[i]; wanted(s) && !c.again(m, s) {
			p.Schemas = append(p.Schemas, c.shownSchema(m, s))
		}
	}
}

// ShowDatabase adds a database, made by Live.
func (c *Check) ShowDatabase(p *Picture, m *evidence.Module, name string, words func(schema.Position) string) {
	c.words = words
	s := c.shownSchema(m, &m.Schemas[0])
	c.words = nil
	s.Of = name
	p.Schemas = append(p.Schemas, s)
}

func (c *Check) shownSchema(m *evidence.Module, s *evidence.Schema) Shown {
	state := stateOf(m, s)
	out := Shown{Of: c.shown(m, s.Dir), Settings: notNil(m.Tenancy(s).Settings), Tables: []Table{}, Others: []string{}}
	at := func(p schema.Position) report.Position {
		if p.Line == 0 {
			return report.Position{}
		}
		return c.position(m, p.File, p.Line)
	}
	for _, t := range s.Model.Tables {
		columns, ok := state.IsTenant(t)
		if !ok {
			if t.Kind == schema.BaseTable && !t.Assumed && t.PartitionOf == "" {
				out.Others = append(out.Others, name(t))
			}
			continue
		}
		table := Table{Name: name(t), Columns: notNil(columns), RLS: t.RLS, Forced: t.Forced, Owner: state.OwnerOf(t), Position: at(made(t)),
			Policies: []Policy{}, Grants: []Grant{}, Paths: []Path{}}
		for _, p := range t.Policies {
			v := state.Verdict(t, p)
			table.Policies = append(table.Policies, Policy{p.Name, p.Command, p.Roles, credential.Redact(p.Using), credential.Redact(p.Check),
				v.Is, credential.Redact(v.Text), at(p.At)})
		}
		for _, g := range t.Grants {
			if len(g.Privileges) > 0 {
				table.Grants = append(table.Grants, Grant{g.Grantee, g.Privileges, g.Column})
			}
		}
		for _, p := range state.PathsTo(t) {
			table.Paths = append(table.Paths, Path{p.Kind, p.Name, p.Reason, p.Sure, at(p.At)})
		}
		out.Tables = append(out.Tables, table)
	}
	return out
}

func notNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func name(t *schema.Table) string {
	if t.Schema == "public" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

func made(t *schema.Table) schema.Position {
	for _, e := range t.History {
		if e.Kind == schema.Created {
			return e.At
		}
	}
	return schema.Position{}
}

// WriteJSON writes it for programs.
func (p Picture) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p)
}

// WriteText writes it for people.
func (p Picture) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, s := range p.Schemas {
		fmt.Fprintf(&b, "%s: %d tables of tenants, %d others; tenant context: %s\n\n", s.Of, len(s.Tables), len(s.Others), orNone(strings.Join(s.Settings, ", ")))
		for _, t := range s.Tables {
			fmt.Fprintf(&b, "%s%s\n", t.Name, byColumns(t.Columns))
			fmt.Fprintf(&b, "  row-level security: %s; owner: %s\n", t.security(), t.Owner)
			for _, p := range t.Policies {
				fmt.Fprintf(&b, "  policy %s for %s to %s: %s\n", p.Name, p.Command, strings.Join(p.Roles, ", "), p.Because)
			}
			for _, g := range t.Grants {
				on := ""
				if g.Column != "" {
					on = " of column " + g.Column
				}
				fmt.Fprintf(&b, "  %s may %s%s\n", g.Role, strings.Join(g.Privileges, ", "), on)
			}
			for _, p := range t.Paths {
				does := "leads"
				if !p.Sure {
					does = "may lead"
				}
				fmt.Fprintf(&b, "  %s round the policies: %s\n", does, p.text())
			}
			b.WriteByte('\n')
		}
		if len(s.Others) > 0 {
			fmt.Fprintf(&b, "no tenant's: %s\n\n", strings.Join(s.Others, ", "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t Table) security() string {
	switch {
	case !t.RLS:
		return "off"
	case t.Forced:
		return "on, forced"
	}
	return "on, not forced"
}

func (p Path) text() string {
	out := p.Kind
	if p.Name != "" {
		out += " " + p.Name
	}
	out += ": " + p.Reason
	if p.Position.Line > 0 {
		out += fmt.Sprintf(" (%s:%d)", path.Base(p.Position.File), p.Position.Line)
	}
	return out
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// worst is the verdict that counts for a table: one open policy opens it.
func (t Table) worst() string {
	if !t.RLS {
		return "open"
	}
	for _, v := range []string{"open", "can't tell", "guarded"} {
		if slices.ContainsFunc(t.Policies, func(p Policy) bool { return p.Verdict == v }) {
			return v
		}
	}
	return "closed"
}
