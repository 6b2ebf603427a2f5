package schema_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the models in testdata")

// TestReplay replays each archive of testdata and compares the model with the
// one written in it.
func TestReplay(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) < 20 {
		t.Fatal(len(archives), err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var files []schema.File
			want, wantAt := "", -1
			for i, f := range archive.Files {
				if f.Name == "model" {
					want, wantAt = string(f.Data), i
					continue
				}
				files = append(files, schema.File{Path: f.Name, SQL: string(f.Data)})
			}
			format, ordered := schema.Arrange(files)
			model, problems := schema.Replay(ordered)
			got := "format " + format + "\n" + describe(model, problems)
			same(t, model, ordered)
			if *update {
				if wantAt < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "model"})
					wantAt = len(archive.Files) - 1
				}
				archive.Files[wantAt].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// same asks for the same bytes again.
func same(t *testing.T, model *schema.Model, files []schema.File) {
	t.Helper()
	first, err := json.Marshal(model)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		model, _ := schema.Replay(files)
		if again, err := json.Marshal(model); err != nil || !bytes.Equal(first, again) {
			t.Fatalf("another model of the same files: %v\n%s\n%s", err, first, again)
		}
	}
}

// describe prints a model for reading.
func describe(m *schema.Model, problems []schema.Problem) string {
	var b strings.Builder
	kinds := []string{"table", "view", "materialized view", "foreign table"}
	for _, t := range m.Tables {
		fmt.Fprintf(&b, "%s %s.%s", kinds[t.Kind], t.Schema, t.Name)
		for _, f := range []struct {
			on   bool
			name string
		}{
			{t.RLS, "rls"}, {t.Forced, "forced"}, {t.Assumed, "assumed"}, {t.Partitioned, "partitioned"},
			{t.SecurityInvoker, "security_invoker"}, {t.SecurityBarrier, "security_barrier"},
			{t.CheckOption != "", "check option " + t.CheckOption},
			{t.PartitionOf != "", "partition of " + t.PartitionOf}, {t.Owner != "", "owner " + t.Owner},
			{len(t.Inherits) > 0, "inherits " + strings.Join(t.Inherits, " ")},
			{t.Inherited, "inherited"}, {t.Incomplete, "incomplete"},
			{len(t.Reads) > 0, "reads " + strings.Join(t.Reads, " ")},
			{len(t.Calls) > 0, "calls " + strings.Join(t.Calls, " ")},
			{len(t.CopyOf) > 0, "copy of " + strings.Join(t.CopyOf, " ")},
		} {
			if f.on {
				fmt.Fprintf(&b, ", %s", f.name)
			}
		}
		b.WriteString("\n")
		if len(t.Columns) > 0 {
			b.WriteString("  columns")
			for i, c := range t.Columns {
				if i > 0 {
					b.WriteString(",")
				}
				fmt.Fprintf(&b, " %s", strings.TrimSpace(c.Name+" "+c.Type))
				if c.NotNull {
					b.WriteString(" not null")
				}
				b.WriteString(describeDefault(c))
			}
			b.WriteString("\n")
		}
		describeKeys(&b, t)
		for _, p := range t.Policies {
			restrictive := ""
			if !p.Permissive {
				restrictive = " restrictive"
			}
			fmt.Fprintf(&b, "  policy %s for %s to %s%s at %s:%d\n", p.Name, p.Command, strings.Join(p.Roles, ", "), restrictive, p.At.File, p.At.Line)
			if p.Using != "" {
				fmt.Fprintf(&b, "    using %s\n", p.Using)
			}
			if p.Check != "" {
				fmt.Fprintf(&b, "    check %s\n", p.Check)
			}
			for _, s := range p.Settings {
				fmt.Fprintf(&b, "    %s\n", describeUse(s))
			}
		}
		describeGrants(&b, "  ", t.Grants)
		describeHistory(&b, "  ", t.History)
	}
	for _, f := range m.Functions {
		describeFunction(&b, f)
	}
	for _, r := range m.Roles {
		describeRole(&b, r)
	}
	describeAccess(&b, m)
	if len(m.Unmodelled) > 0 {
		fmt.Fprintf(&b, "unmodelled %v\n", m.Unmodelled)
	}
	for _, p := range problems {
		fmt.Fprintf(&b, "problem %s:%d:%d: %s\n", p.At.File, p.At.Line, p.Column, p.Message)
	}
	return b.String()
}

func describeDefault(c schema.Column) string {
	out := ""
	switch {
	case c.Identity:
		out = " identity"
	case c.Generated:
		out = " generated " + c.Default
	case c.Default != "":
		out = " default " + c.Default
	}
	if len(c.DefaultSettings) > 0 {
		out += " reading " + strings.Join(c.DefaultSettings, " ")
	}
	return out
}

// describeKeys prints the keys, foreign keys and triggers of a table.
func describeKeys(b *strings.Builder, t *schema.Table) {
	for _, k := range t.Keys {
		kind := "index"
		if k.Primary {
			kind = "primary key"
		} else if k.Constraint {
			kind = "unique"
		}
		columns := strings.Split(strings.Join(k.Columns, "\n"), "\n")
		for i, c := range columns {
			if c == "" {
				columns[i] = "(expression)"
			}
		}
		partial := ""
		if k.Partial {
			partial = " partial"
		}
		fmt.Fprintf(b, "  %s %s on %s%s at %s:%d\n", kind, k.Name, strings.Join(columns, ", "), partial, k.At.File, k.At.Line)
	}
	for _, f := range t.ForeignKeys {
		fmt.Fprintf(b, "  foreign key %s on %s to %s (%s), on delete %s", f.Name, strings.Join(f.Columns, ", "), f.Table, strings.Join(f.References, ", "), f.OnDelete)
		if len(f.Clears) > 0 {
			fmt.Fprintf(b, " (%s)", strings.Join(f.Clears, ", "))
		}
		unchecked := ""
		if f.Unchecked {
			unchecked = ", not valid"
		}
		fmt.Fprintf(b, ", on update %s%s at %s:%d\n", f.OnUpdate, unchecked, f.At.File, f.At.Line)
	}
	for _, i := range t.Indexes {
		partial := ""
		if i.Partial {
			partial = " partial"
		}
		fmt.Fprintf(b, "  plain index %s using %s on %s%s at %s:%d\n", i.Name, i.Method, strings.Join(i.Columns, ", "), partial, i.At.File, i.At.Line)
	}
	for _, c := range t.Checks {
		fmt.Fprintf(b, "  check %s %s, not null [%s], not empty [%s] at %s:%d\n", c.Name, c.Text,
			strings.Join(c.NotNull, " "), strings.Join(c.NotEmpty, " "), c.At.File, c.At.Line)
	}
	for _, g := range t.Triggers {
		fmt.Fprintf(b, "  trigger %s", g.Name)
		for _, f := range []struct {
			on   bool
			name string
		}{
			{g.Before, "before"}, {g.Instead, "instead of"}, {!g.Before && !g.Instead, "after"},
			{g.Insert, "insert"}, {g.Update, "update"}, {g.Delete, "delete"}, {g.Row, "for each row"},
			{g.Conditional, "conditional"}, {g.Disabled, "disabled"},
		} {
			if f.on {
				fmt.Fprintf(b, " %s", f.name)
			}
		}
		fmt.Fprintf(b, " calls %s.%s", g.Function.Schema, g.Function.Name)
		if len(g.Assigns) > 0 {
			fmt.Fprintf(b, " assigns %s", strings.Join(g.Assigns, " "))
		}
		if len(g.Settings) > 0 {
			fmt.Fprintf(b, " reads %s", strings.Join(g.Settings, " "))
		}
		fmt.Fprintf(b, " at %s:%d\n", g.At.File, g.At.Line)
	}
}

func describeUse(s schema.SettingUse) string {
	if s.Use == schema.Flag {
		return "flag " + s.Name
	}
	return strings.TrimSpace("compares " + s.Name + " with " + strings.Join(s.Columns, ", "))
}
