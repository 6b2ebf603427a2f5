package schemacheck

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/credential"
	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/report"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/compare"
)

// A Diff is what a database and its migrations don't have in common.
type Diff struct {
	Version     int          `json:"version"` // 1; grows as that of the report does
	Database    string       `json:"database"`
	Migrations  string       `json:"migrations"` // their directory, relative to where the command ran
	Differences []Difference `json:"differences"`
}

// A Difference is one of them.
type Difference struct {
	Object  string `json:"object"` // "table public.orders"
	Message string `json:"message"`
	// Position is the statement of the migrations, without file where they have none.
	Position report.Position `json:"position,omitzero"`
	// Statement is what the server says of the object, "" where it has none.
	Statement string `json:"statement,omitempty"`
	// Want and Have are the expressions of the migrations and of the database.
	Want string `json:"want,omitempty"`
	Have string `json:"have,omitempty"`
}

// Compare compares a database, made by Live, with a schema of a module.
func (c *Check) Compare(m *evidence.Module, s *evidence.Schema, database *schema.Model, words func(schema.Position) string) []Difference {
	out := []Difference{}
	for _, d := range compare.Models(database, s.Model, m.Config.Roles.Migrating) {
		e := Difference{Object: d.Object, Message: credential.Redact(d.Message), Want: credential.Redact(d.Want), Have: credential.Redact(d.Have)}
		if d.Migrations.Line > 0 && d.Migrations.File != "" { // the provider's are nobody's
			e.Position = c.position(m, d.Migrations.File, d.Migrations.Line)
		}
		if d.Database.Line > 0 {
			e.Statement = credential.Redact(words(d.Database))
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Position.File, b.Position.File), cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Object, b.Object))
	})
	return out
}

// WriteJSON writes it for programs.
func (d Diff) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// WriteText writes it for people.
func (d Diff) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, e := range d.Differences {
		if e.Position.Line > 0 {
			fmt.Fprintf(&b, "%s:%d: %s\n", e.Position.File, e.Position.Line, e.Message)
		} else {
			fmt.Fprintf(&b, "database: %s\n", e.Message)
		}
		switch {
		case e.Want != "" || e.Have != "":
			fmt.Fprintf(&b, "    migrations: %s\n    database:   %s\n", oneLine(e.Want), oneLine(e.Have))
		case e.Position.Line == 0 && e.Statement != "":
			fmt.Fprintf(&b, "    %s\n", oneLine(e.Statement))
		}
	}
	if len(d.Differences) > 0 {
		b.WriteByte('\n')
	}
	count := fmt.Sprintf("%d differences", len(d.Differences))
	switch len(d.Differences) {
	case 0:
		count = "no differences"
	case 1:
		count = "1 difference"
	}
	fmt.Fprintf(&b, "%s in what keeps tenants apart, between database %s and the migrations in %s\n", count, d.Database, d.Migrations)
	_, err := io.WriteString(w, b.String())
	return err
}

// oneLine is a text without line breaks, cut where it is long.
func oneLine(text string) string {
	const most = 300
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + " .."
	}
	if text == "" {
		return "(none)"
	}
	return text
}
