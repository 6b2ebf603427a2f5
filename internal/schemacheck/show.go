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
	Of       string         `json:"of"`       // "db/migrations", "database:shop"
	Settings []string       `json:"settings"` // that carry the tenant
	Tables   []report.Table `json:"tables"`   // whose rows belong to tenants
	Others   []string       `json:"others"`   // the names of the other tables
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
	out := Shown{Of: c.shown(m, s.Dir), Settings: notNil(m.Tenancy(s).Settings), Tables: []report.Table{}, Others: []string{}}
	at := func(p schema.Position) report.Position {
		if p.Line == 0 || p.File == "" {
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
		table := report.Table{Name: name(t), Columns: notNil(columns), RLS: t.RLS, Forced: t.Forced, Owner: state.OwnerOf(t), Position: at(made(t)),
			Policies: []report.Policy{}, Grants: []report.Grant{}, Paths: []report.Path{}}
		for _, p := range t.Policies {
			v := state.Verdict(t, p)
			table.Policies = append(table.Policies, report.Policy{Name: p.Name, Command: p.Command, Roles: p.Roles,
				Using: credential.Redact(p.Using), Check: credential.Redact(p.Check), Verdict: v.Is, Because: credential.Redact(v.Text), Position: at(p.At)})
		}
		for _, g := range t.Grants {
			if len(g.Privileges) > 0 {
				table.Grants = append(table.Grants, report.Grant{Role: g.Grantee, Privileges: g.Privileges, Column: g.Column})
			}
		}
		for _, p := range state.PathsTo(t) {
			table.Paths = append(table.Paths, report.Path{Kind: p.Kind, Name: p.Name, Reason: p.Reason, Sure: p.Sure, Position: at(p.At)})
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
		fmt.Fprintf(&b, "%s: tables of tenants: %d, others: %d; tenant context: %s\n\n", s.Of, len(s.Tables), len(s.Others), orNone(strings.Join(s.Settings, ", ")))
		for _, t := range s.Tables {
			fmt.Fprintf(&b, "%s%s\n", t.Name, byColumns(t.Columns))
			fmt.Fprintf(&b, "  row-level security: %s; owner: %s\n", security(t), t.Owner)
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
				fmt.Fprintf(&b, "  %s round the policies: %s\n", does, pathText(p))
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

func security(t report.Table) string {
	switch {
	case !t.RLS:
		return "off"
	case t.Forced:
		return "on, forced"
	}
	return "on, not forced"
}

func pathText(p report.Path) string {
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
func worst(t report.Table) string {
	if !t.RLS {
		return "open"
	}
	for _, v := range []string{"open", "can't tell", "guarded"} {
		if slices.ContainsFunc(t.Policies, func(p report.Policy) bool { return p.Verdict == v }) {
			return v
		}
	}
	return "closed"
}
