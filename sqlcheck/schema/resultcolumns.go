package schema

import (
	"slices"
	"strconv"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A fromItem is what a query can take columns from.
type fromItem struct {
	alias   string
	columns []Column
	known   bool // columns are all there are
}

// resultColumns gives the columns of a query as far as that takes no types of
// expressions; known is false when some can't be told. None of them is NOT NULL
// in the server's catalog.
func (r *replay) resultColumns(s *pg.SelectStmt) (columns []Column, known bool) {
	return r.columnsOf(s, nil)
}

func (r *replay) columnsOf(s *pg.SelectStmt, ctes []fromItem) ([]Column, bool) {
	if s == nil {
		return nil, false
	}
	for {
		for _, n := range s.GetWithClause().GetCtes() {
			c := n.GetCommonTableExpr()
			columns, known := r.columnsOf(c.GetCtequery().GetSelectStmt(), ctes)
			rename(columns, names(c.GetAliascolnames()))
			ctes = append(slices.Clone(ctes), fromItem{c.GetCtename(), columns, known})
		}
		if s.GetLarg() == nil {
			break
		}
		s = s.GetLarg()
	}
	if lists := s.GetValuesLists(); len(lists) > 0 {
		var out []Column
		for i := range lists[0].GetList().GetItems() {
			out = append(out, Column{Name: "column" + strconv.Itoa(i+1)})
		}
		return out, true
	}
	var items []fromItem // by alias
	var all []fromItem   // what a star takes
	for _, f := range s.GetFromClause() {
		named, star := r.fromColumns(f, ctes)
		items, all = append(items, named...), append(all, star)
	}
	var out []Column
	known := true
	for _, n := range s.GetTargetList() {
		target := n.GetResTarget()
		fields := target.GetVal().GetColumnRef().GetFields()
		column := Column{Name: target.GetName()}
		switch {
		case len(fields) > 0 && fields[len(fields)-1].GetAStar() != nil:
			from := all
			if len(fields) > 1 {
				alias := fields[len(fields)-2].GetString_().GetSval()
				from = slices.DeleteFunc(slices.Clone(items), func(i fromItem) bool { return i.alias != alias })
				known = known && len(from) == 1
			}
			for _, i := range from {
				known = known && i.known
				for _, c := range i.columns {
					out = append(out, Column{Name: c.Name, Type: c.Type})
				}
			}
			continue
		case len(fields) > 0:
			column.Type = typeIn(items, names(fields))
		case target.GetVal().GetTypeCast() != nil:
			column.Type = typeName(target.GetVal().GetTypeCast().GetTypeName())
		}
		if column.Name == "" {
			if column.Name, _ = figureName(target.GetVal()); column.Name == "" {
				column.Name = "?column?"
			}
		}
		out = append(out, column)
	}
	return out, known
}

// fromColumns gives the columns of an item of FROM: by alias, and as a star
// takes them, which for a join with USING has a column of both sides once.
func (r *replay) fromColumns(n *pg.Node, ctes []fromItem) (named []fromItem, star fromItem) {
	var alias *pg.Alias
	switch {
	case n.GetRangeVar() != nil:
		v := n.GetRangeVar()
		star, alias = r.relationColumns(v, ctes), v.GetAlias()
		star.alias = v.GetRelname()
	case n.GetRangeSubselect() != nil:
		sub := n.GetRangeSubselect()
		alias = sub.GetAlias()
		star.columns, star.known = r.columnsOf(sub.GetSubquery().GetSelectStmt(), ctes)
	case n.GetJoinExpr() != nil:
		j := n.GetJoinExpr()
		left, l := r.fromColumns(j.GetLarg(), ctes)
		right, rr := r.fromColumns(j.GetRarg(), ctes)
		star = joinColumns(l, rr, names(j.GetUsingClause()), j.GetIsNatural())
		if alias = j.GetAlias(); alias == nil {
			return append(left, right...), star
		}
	case n.GetRangeFunction() != nil:
		star, alias = r.functionColumns(n.GetRangeFunction()), n.GetRangeFunction().GetAlias()
	default:
		return nil, fromItem{}
	}
	if alias != nil {
		star.alias = alias.GetAliasname()
		star.columns = slices.Clone(star.columns)
		rename(star.columns, names(alias.GetColnames()))
	}
	return []fromItem{star}, star
}

func (r *replay) relationColumns(v *pg.RangeVar, ctes []fromItem) fromItem {
	if v.GetSchemaname() == "" {
		for i := len(ctes) - 1; i >= 0; i-- {
			if ctes[i].alias == v.GetRelname() {
				return fromItem{columns: slices.Clone(ctes[i].columns), known: ctes[i].known}
			}
		}
	}
	t := r.relation(v)
	if t == nil {
		return fromItem{}
	}
	return fromItem{columns: t.Columns, known: !t.Assumed && !t.Incomplete}
}

// functionColumns knows a function by its alias, when it returns one column.
func (r *replay) functionColumns(f *pg.RangeFunction) fromItem {
	if defs := f.GetColdeflist(); len(defs) > 0 {
		item := fromItem{known: true}
		for _, n := range defs {
			item.columns = append(item.columns, Column{Name: n.GetColumnDef().GetColname(), Type: typeName(n.GetColumnDef().GetTypeName())})
		}
		return item
	}
	item := fromItem{}
	if n := len(f.GetAlias().GetColnames()); n > 0 {
		item.columns = make([]Column, n)
	}
	return item
}

// joinColumns merges the two sides of a join.
func joinColumns(l, r fromItem, using []string, natural bool) fromItem {
	out := fromItem{known: l.known && r.known}
	has := func(i fromItem, name string) bool {
		return slices.ContainsFunc(i.columns, func(c Column) bool { return c.Name == name })
	}
	if natural {
		for _, c := range l.columns {
			if has(r, c.Name) {
				using = append(using, c.Name)
			}
		}
	}
	for _, name := range using {
		for _, c := range l.columns {
			if c.Name == name {
				out.columns = append(out.columns, c)
			}
		}
	}
	for _, side := range []fromItem{l, r} {
		for _, c := range side.columns {
			if !slices.Contains(using, c.Name) {
				out.columns = append(out.columns, c)
			}
		}
	}
	return out
}

// typeIn returns the type of a column that is named, "" when it is not clear.
func typeIn(items []fromItem, name []string) string {
	found := ""
	for _, i := range items {
		if len(name) > 1 && i.alias != name[len(name)-2] {
			continue
		}
		for _, c := range i.columns {
			if c.Name != name[len(name)-1] {
				continue
			}
			if found != "" && found != c.Type {
				return ""
			}
			found = c.Type
		}
	}
	return found
}

// rename gives the first columns other names.
func rename(columns []Column, to []string) {
	for i, name := range to {
		if i < len(columns) {
			columns[i].Name = name
		}
	}
}
