package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// Exceptions are what blocks with an EXCEPTION part need: where something in one is
// surely refused, what the block has done is undone, and the part that is for the error
// runs. A statement of which it can't be told whether the server takes it is taken.
type exceptions struct {
	guards  []*guard // blocks with such parts, the innermost last
	failing failure  // on its way to the block that catches it
	blocks  int      // such blocks begun so far

	// A block that did something before it failed is undone by replaying all anew, and
	// not running it: rolledBack has the errors of such blocks, by number. What came
	// before a block is the same each time.
	rolledBack map[int]string
	again      bool
}

// A guard is a block with an EXCEPTION part that is running.
type guard struct {
	catches []plpgsql.Catch
	done    int // statements
}

type failure struct {
	condition string
	by        *guard // who catches it
}

// maxReplays bounds how often all is replayed for blocks that are undone.
const maxReplays = 30

// block runs the statements of a block.
func (m *machine) block(s plpgsql.Stmt) signal {
	r := m.r
	if len(s.Catches) == 0 {
		return m.runAll(s.Body)
	}
	number := r.blocks
	r.blocks++
	if condition, ok := r.rolledBack[number]; ok {
		return m.handle(s, condition)
	}
	g := &guard{catches: s.Catches}
	r.guards = append(r.guards, g)
	sig := m.runAll(s.Body)
	r.guards = r.guards[:len(r.guards)-1]
	if sig != failed || r.failing.by != g {
		if sig != failed && m.matters(s.Handlers) && !foreseen(s.Catches) {
			r.skip(m.what)
		}
		return sig
	}
	condition := r.failing.condition
	r.failing = failure{}
	switch {
	case g.done == 0:
		return m.handle(s, condition)
	case len(r.rolledBack) >= maxReplays:
		r.skip(m.what)
		return goOn
	}
	r.rolledBack[number] = condition
	r.again = true
	return returned
}

// foreseen reports whether the errors that a block handles are all ones that the replay
// can tell.
func foreseen(catches []plpgsql.Catch) bool {
	for _, c := range catches {
		for _, name := range c.Conditions {
			switch code(name) {
			case "42710", "42P07", "42701", "42P06", "42723", "P0001":
			default:
				return false
			}
		}
	}
	return true
}

// handle runs the part of a block that is for an error.
func (m *machine) handle(s plpgsql.Stmt, condition string) signal {
	for _, c := range s.Catches {
		if catches(c, condition) {
			saved := m.handling
			m.handling = condition
			sig := m.runAll(c.Body)
			m.handling = saved
			return sig
		}
	}
	return goOn
}

// catches reports whether a part is for an error.
func catches(c plpgsql.Catch, condition string) bool {
	of := code(condition)
	return slices.ContainsFunc(c.Conditions, func(name string) bool {
		named := code(name)
		return name == "others" || named == of || len(named) == 5 && named[2:] == "000" && len(of) == 5 && named[:2] == of[:2]
	})
}

// codes are those of the errors that migrations handle, and of their classes
// (errcodes.txt).
var codes = map[string]string{
	"duplicate_object": "42710", "duplicate_table": "42P07", "duplicate_column": "42701", "duplicate_schema": "42P06",
	"duplicate_function": "42723", "duplicate_alias": "42712", "undefined_object": "42704", "undefined_column": "42703",
	"undefined_table": "42P01", "undefined_function": "42883", "invalid_table_definition": "42P16", "wrong_object_type": "42809",
	"raise_exception": "P0001", "plpgsql_error": "P0000", "syntax_error_or_access_rule_violation": "42000",
	"insufficient_privilege": "42501", "invalid_schema_name": "3F000", "unique_violation": "23505", "feature_not_supported": "0A000",
	"object_not_in_prerequisite_state": "55000", "dependent_objects_still_exist": "2BP01",
}

// code is the code of a condition, which may be given by it.
func code(condition string) string {
	if c, ok := codes[condition]; ok {
		return c
	}
	return strings.ToUpper(condition)
}

// raise is RAISE of an error.
func (m *machine) raise(condition string) {
	if condition == plpgsql.Again {
		condition = m.handling
	}
	if condition != "" {
		m.r.fail(condition)
	}
}

// fail raises an error where a block handles it. What nothing handles ends the
// migration, which was then never run like this; the replay goes on.
func (r *replay) fail(condition string) bool {
	for _, g := range slices.Backward(r.guards) {
		if slices.ContainsFunc(g.catches, func(c plpgsql.Catch) bool { return catches(c, condition) }) {
			r.failing = failure{condition, g}
			return true
		}
	}
	return false
}

// refused reports whether a statement fails, and a block handles that.
func (r *replay) refused(n *pg.Node) bool {
	if len(r.guards) == 0 {
		return false
	}
	if condition := r.refusal(n); condition != "" && r.fail(condition) {
		return true
	}
	if n.GetSelectStmt() == nil && n.GetDoStmt() == nil && n.GetCallStmt() == nil {
		for _, g := range r.guards {
			g.done++
		}
	}
	return false
}
