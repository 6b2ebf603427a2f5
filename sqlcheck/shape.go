package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A shape is what stands between the rows of a query and its result.
type shape struct {
	grouped bool // GROUP BY, an aggregate or HAVING
	keys    []operand
	sets    bool        // GROUPING SETS and the like
	whole   bool        // one group of all rows, which is there without any
	splits  [][]operand // PARTITION BY of the windows, DISTINCT ON
}

// group reads what gathers rows.
func (b *builder) group(q *query, v *pg.SelectStmt, s *scope) *shape {
	sh := &shape{}
	for _, n := range v.GetGroupClause() {
		if set := n.GetGroupingSet(); set != nil {
			sh.sets = true
			b.groupingSet(sh, set, s)
			continue
		}
		o := b.operand(n, s)
		if k := uncast(n).GetAConst().GetIval(); k != nil { // GROUP BY 1
			if o := q.outAt(int(k.GetIval()) - 1); o != nil {
				sh.keys = append(sh.keys, o.values...)
			}
			continue
		}
		if o.plain && len(o.refs) == 1 && o.refs[0].relation == "" && s.tree != nil {
			// The name of a result's column, unless an item has one of that name.
			if _, sure := s.bare(o.refs[0].name); !sure {
				if named := q.outNamed(o.refs[0].name); named != nil {
					sh.keys = append(sh.keys, named.values...)
				}
			}
		}
		sh.keys = append(sh.keys, o)
	}
	aggregates := false
	windows := func(n *pg.Node) {}
	windows = func(n *pg.Node) {
		if c := n.GetFuncCall(); c != nil {
			if o := c.GetOver(); o != nil {
				if o.GetName() == "" && o.GetRefname() == "" {
					sh.splits = append(sh.splits, b.operands(o.GetPartitionClause(), s))
				}
			} else if mayAggregate(c) {
				aggregates = true
			}
		}
		if n.GetSubLink() == nil {
			children(n, windows)
		}
	}
	for _, n := range v.GetTargetList() {
		windows(n)
	}
	for _, n := range v.GetSortClause() {
		windows(n)
	}
	for _, n := range v.GetWindowClause() {
		if w := n.GetWindowDef(); w.GetRefname() == "" {
			sh.splits = append(sh.splits, b.operands(w.GetPartitionClause(), s))
		}
	}
	if d := v.GetDistinctClause(); len(d) > 0 && d[0].GetNode() != nil {
		sh.splits = append(sh.splits, b.operands(d, s))
	}
	sh.grouped = aggregates || len(v.GetGroupClause()) > 0 || v.GetHavingClause() != nil
	sh.whole = sh.grouped && (len(v.GetGroupClause()) == 0 || sh.sets)
	return sh
}

// groupingSet reads the keys of ROLLUP, CUBE and GROUPING SETS.
func (b *builder) groupingSet(sh *shape, set *pg.GroupingSet, s *scope) {
	for _, n := range set.GetContent() {
		switch {
		case n.GetGroupingSet() != nil:
			b.groupingSet(sh, n.GetGroupingSet(), s)
		case n.GetRowExpr() != nil:
			sh.keys = append(sh.keys, b.operands(n.GetRowExpr().GetArgs(), s)...)
		default:
			sh.keys = append(sh.keys, b.operand(n, s))
		}
	}
}

func (b *builder) operands(list []*pg.Node, s *scope) []operand {
	var out []operand
	for _, n := range list {
		out = append(out, b.operand(n, s))
	}
	return out
}

// lets reports whether all rows with the same value of a column stay or go
// together.
func (s *shape) lets(o *operand) bool {
	if s.grouped && !contains(s.keys, o) {
		return false
	}
	for _, keys := range s.splits {
		if !contains(keys, o) {
			return false
		}
	}
	return true
}

func contains(list []operand, o *operand) bool {
	for i := range list {
		k := &list[i]
		if k.plain && len(k.refs) == 1 && sameColumns(k.refs[0].resolve(), o.refs[0].resolve()) {
			return true
		}
	}
	return false
}

func sameColumns(a, b []column) bool {
	if len(a) != len(b) || len(a) == 0 {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
