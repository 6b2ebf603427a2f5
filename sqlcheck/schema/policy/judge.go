package policy

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Judge judges the policies of one model. It is not for several goroutines.
type Judge struct {
	model  *schema.Model
	tenant func(*schema.Table) []string
	exprs  map[string]*pgparse.Node
	bodies map[*schema.Function]*body
	values map[string][]string // constants that settings are compared with
	grown  int
	// Names of the rows that sub-selects find, the same in every run.
	ids       map[string]string
	instances map[string]int
}

// New returns a judge. tenant gives the columns of a table that hold the tenant,
// nil for none.
func New(m *schema.Model, tenant func(*schema.Table) []string) *Judge {
	return &Judge{model: m, tenant: tenant, exprs: map[string]*pgparse.Node{}, bodies: map[*schema.Function]*body{}, values: map[string][]string{},
		ids: map[string]string{}, instances: map[string]int{}}
}

// An Answer is what is known about the rows that a policy lets through.
type Answer struct {
	Ways []Way // to a row of another tenant
	// Raises are the settings that are empty where the expression fails, though it
	// does not when they are unset.
	Raises []string
	// Unsure says why Ways may not be all, "" if they are.
	Unsure string
}

// Worst returns the ways of the class.
func (a Answer) Of(c Class) []Way {
	var out []Way
	for _, w := range a.Ways {
		if w.Class() == c {
			out = append(out, w)
		}
	}
	return out
}

// Verdict is the short form of an answer.
type Verdict uint8

const (
	IsClosed   Verdict = iota // no row of another tenant, or only those tied to the caller
	IsGuarded                 // rows that say so themselves, to roles or callers that are allowed to
	IsOpen                    // rows of other tenants, for everybody
	IsUnproven                // can't tell
)

func (v Verdict) String() string {
	return [...]string{"closed", "guarded", "open", "can't tell"}[v]
}

// Verdict sums the answer up.
func (a Answer) Verdict() Verdict {
	out := IsClosed
	for _, w := range a.Ways {
		switch w.Class() {
		case Open:
			return IsOpen
		case CantTell:
			out = IsUnproven
		case Shared, ForRole, ForCaller:
			if out == IsClosed {
				out = IsGuarded
			}
		}
	}
	if a.Unsure != "" {
		return IsUnproven
	}
	return out
}

// A rowCase says whose row it is.
type rowCase uint8

const (
	theirRow  rowCase = iota // another tenant's
	nullRow                  // its tenant is NULL
	emptyRow                 // its tenant is the empty string
	callerRow                // nothing is said about its tenant
)

// Part is one of a policy's expressions.
type Part uint8

const (
	Using Part = iota // which rows are seen
	Check             // which rows may be written
)

// Policy judges a permissive policy for a row of another tenant, together with
// the restrictive ones that bind the same roles and command. command is one of
// "select", "insert", "update", "delete".
func (j *Judge) Policy(t *schema.Table, p *schema.Policy, command string, part Part) Answer {
	return j.answer(t, p, command, part, theirRow)
}

// Ties judges a policy for a row of which nothing is known: its ways show what
// ties a row to the caller.
func (j *Judge) Ties(t *schema.Table, p *schema.Policy, command string, part Part) Answer {
	return j.answer(t, p, command, part, callerRow)
}

// Orphan judges a policy for a row whose tenant is NULL.
func (j *Judge) Orphan(t *schema.Table, p *schema.Policy, command string, part Part) Answer {
	return j.answer(t, p, command, part, nullRow)
}

// Empty judges a policy for a row whose tenant is empty: what a write without
// context leaves behind, and the next one finds.
func (j *Judge) Empty(t *schema.Table, p *schema.Policy, command string, part Part) Answer {
	return j.answer(t, p, command, part, emptyRow)
}

func (j *Judge) answer(t *schema.Table, p *schema.Policy, command string, part Part, row rowCase) Answer {
	var exprs []*pgparse.Node
	var paths [][]string
	for _, q := range append([]*schema.Policy{p}, restricting(t, p, command)...) {
		text := Expression(q, part)
		if text == "" {
			if q == p {
				return Answer{} // denies
			}
			continue
		}
		n := j.parse(text)
		if n == nil {
			return Answer{Unsure: "its expression can't be read"}
		}
		exprs = append(exprs, n)
		paths = append(paths, q.SearchPath)
	}
	own := &frame{table: t, alias: t.Name}
	var a Answer
	j.ids, j.instances = map[string]string{}, map[string]int{}
	unset := map[string]bool{} // settings that may be unset without an error
	fails := map[string]bool{}
	a.Unsure = j.runs(row, nil, func(r *run) value {
		var all []value
		for i, n := range exprs {
			all = append(all, r.condition(n, &env{row: own, roles: p.Roles, path: paths[i], visited: []*schema.Table{t}}))
		}
		return r.and(all)
	}, func(r *run, v value) {
		if v.isTrue() {
			w := r.way(v.why)
			if r.doubtful {
				w = append(w, Step{Kind: Unknown, What: "the server may fail instead", Value: "true"})
			}
			a.Ways = append(a.Ways, w)
		}
		if len(a.Ways) > 64 {
			a.Ways = minimal(a.Ways)
		}
		j.errors(r, v, unset, fails)
	})
	a.Ways = minimal(a.Ways)
	j.doubt(t, p, command, part, row, a.Ways)
	for s := range fails {
		if unset[s] {
			a.Raises = append(a.Raises, s)
		}
	}
	slices.Sort(a.Raises)
	return a
}

// errors notes which settings fail when they are empty.
func (j *Judge) errors(r *run, v value, unset, fails map[string]bool) {
	failed := r.met
	if v.kind == raised {
		failed |= v.why
	}
	for i, c := range r.choices {
		bad := failed&(1<<i) != 0
		switch {
		case c.Kind != Setting:
		case c.Value == "" && bad:
			fails[c.What] = true
		case c.Value == Unset && !bad:
			unset[c.What] = true
		}
	}
}

// Expression returns the text that decides: without WITH CHECK, USING stands for
// what may be written as well, but not for INSERT.
func Expression(p *schema.Policy, part Part) string {
	if part == Using {
		return p.Using
	}
	if p.Check == "" && p.Command != "insert" {
		return p.Using
	}
	return p.Check
}

// restricting lists the restrictive policies that bind whoever a permissive one
// is for.
func restricting(t *schema.Table, p *schema.Policy, command string) []*schema.Policy {
	var out []*schema.Policy
	for _, q := range t.Policies {
		if q.Permissive || q.Command != "all" && q.Command != command {
			continue
		}
		everybody := slices.Contains(q.Roles, "public")
		if everybody || !slices.ContainsFunc(p.Roles, func(role string) bool { return !slices.Contains(q.Roles, role) }) {
			out = append(out, q)
		}
	}
	return out
}

// parse parses an expression, once.
func (j *Judge) parse(text string) *pgparse.Node {
	if n, ok := j.exprs[text]; ok {
		return n
	}
	var out *pgparse.Node
	if tree, err := pgparse.Parse("SELECT (" + text + "\n)"); err == nil && len(tree.Stmts) == 1 {
		if targets := tree.Stmts[0].GetStmt().GetSelectStmt().GetTargetList(); len(targets) == 1 {
			out = targets[0].GetResTarget().GetVal()
		}
	}
	j.exprs[text] = out
	return out
}

// grow adds a constant that a setting is compared with to what it may be.
func (j *Judge) grow(name, constant string) {
	if constant == "" || slices.Contains(j.values[name], constant) || len(j.values[name]) >= 8 {
		return
	}
	j.values[name] = append(j.values[name], constant)
	j.grown++
}

func tableName(t *schema.Table) string {
	if t.Schema == "public" || t.Schema == "" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}
