package analyzer

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// upsertoracle reports ON CONFLICT on keys that tenants share, outside the
// privileged packages.
func upsertoracle(pass *analysis.Pass, res *site.Result) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	var found []*finding
	for _, s := range res.Sites {
		for _, t := range s.Texts {
			if f := sharedKey(t, res); f != nil {
				found = append(found, at(s, f))
				break
			}
		}
	}
	return found
}

// sharedKey judges the conflict clauses of a text.
func sharedKey(t scope.Text, res *site.Result) *finding {
	for _, st := range t.Facts.Statements {
		for _, ins := range st.Inserts {
			r := st.Relations[ins.Relation]
			table, column, ok := res.Tenancy.Owned(r.Name)
			if !ok || ins.Conflict == nil || column == "" {
				continue
			}
			key := arbiter(ins, table, column)
			if key == nil || unguessable(key, table) && !changesRow(r, ins, res) {
				continue
			}
			from, to := t.Template.Word(ins.Conflict.Pos)
			return &finding{
				message: fmt.Sprintf("ON CONFLICT on %s (%s), a key without %s: %s", r.Name, strings.Join(key, ", "), column, whenTaken(r, ins, res)),
				advice:  fmt.Sprintf("make %s a part of the key", column),
				subject: "ON CONFLICT " + r.Name.String(),
				words:   &words{text: t.Template, from: from, to: to, wrong: true, message: "the conflict clause"},
			}
		}
	}
	return nil
}

// changesRow reports whether the statement gets at the other tenant's row. The
// pins of an upsert's target are about the row that is there.
func changesRow(r sqlcheck.Relation, ins sqlcheck.Insertion, res *site.Result) bool {
	return ins.Conflict.Update && !res.Tenancy.ByPolicies() && !res.Tenancy.Pinned(r)
}

// unguessable reports whether a key has a column that nobody can guess: who asks
// for a UUID learns nothing that he did not know.
func unguessable(key []string, table *schema.Table) bool {
	return table != nil && slices.ContainsFunc(table.Columns, func(c schema.Column) bool {
		return c.Type == "uuid" && slices.Contains(key, c.Name)
	})
}

// whenTaken says what happens where another tenant has a row with that key.
func whenTaken(r sqlcheck.Relation, ins sqlcheck.Insertion, res *site.Result) string {
	switch {
	case changesRow(r, ins, res):
		return "the row that is changed may be another tenant's"
	case ins.Conflict.Update && res.Tenancy.ByPolicies():
		return "where another tenant has such a row the statement fails, which tells that it exists"
	}
	return "where another tenant has such a row nothing happens, which tells that it exists"
}

// arbiter returns the key on which an insert may conflict with another tenant's
// row, nil if there is none. A key of which the server makes up a column can't
// be asked for.
func arbiter(ins sqlcheck.Insertion, table *schema.Table, column string) []string {
	c := ins.Conflict
	switch {
	case c.Expression:
		return nil
	case len(c.Columns) > 0:
		return given(c.Columns, ins, column)
	case table == nil:
		return nil
	}
	for _, k := range table.Keys {
		if c.Constraint != "" && k.Name != c.Constraint || k.Partial || slices.Contains(k.Columns, "") {
			continue
		}
		if key := given(k.Columns, ins, column); key != nil {
			return key
		}
	}
	return nil
}

// given returns a key without the tenant's column if the statement gives all of
// its columns a value.
func given(key []string, ins sqlcheck.Insertion, column string) []string {
	if len(key) == 0 || slices.Contains(key, column) {
		return nil
	}
	for _, name := range key {
		i := slices.IndexFunc(ins.Columns, func(c sqlcheck.ColumnValue) bool { return c.Column == name })
		if i >= 0 && ins.Columns[i].From == sqlcheck.FromDefault || i < 0 && !ins.Positional {
			return nil
		}
	}
	return key
}
