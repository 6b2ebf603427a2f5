package proof

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A generator writes statements over the tables of TestPinnedIsolates. Most
// conditions on a tenant column hold, some nearly do.
type generator struct {
	*rand.Rand
	aliases int
	ctes    []source
}

// A source is something that stands in FROM.
type source struct {
	name   string // of the table or common table expression
	alias  string
	tenant string   // its tenant column, "" if it has none
	ints   []string // its other columns
}

var tenantTables = []source{
	{name: "orders", tenant: "tenant_id", ints: []string{"id", "customer_id", "parent_id", "n", "uid"}},
	{name: "customers", tenant: "tenant_id", ints: []string{"id", "n"}},
	{name: "items", tenant: "tenant_id", ints: []string{"id", "order_id", "n", "uid"}},
	{name: "notes", tenant: "tenant_id", ints: []string{"id", "order_id", "n"}},
}

var globalTable = source{name: "tenants", ints: []string{"id", "code", "n"}}

// chance is true in p of 100 cases.
func (g *generator) chance(p int) bool { return g.IntN(100) < p }

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

func (g *generator) alias() string {
	g.aliases++
	return fmt.Sprintf("t%d", g.aliases)
}

func (g *generator) statement() string {
	g.aliases, g.ctes = 0, nil
	with := ""
	if g.chance(25) {
		with = g.with()
	}
	switch g.IntN(12) {
	case 0:
		return with + g.update()
	case 1:
		return with + g.delete()
	case 2:
		return with + g.insert()
	case 3:
		return with + g.merge()
	}
	return with + g.query(2, nil, 3)
}

// with writes WITH; its names can be used from then on.
func (g *generator) with() string {
	var list []string
	recursive := ""
	for range 1 + g.IntN(2) {
		c := source{name: g.alias(), tenant: "tenant_id", ints: []string{"id", "n"}}
		switch g.IntN(6) {
		case 0, 1:
			recursive = "RECURSIVE "
			list = append(list, c.name+"(tenant_id, id, n) AS ("+g.recursive(c)+")")
		case 2:
			list = append(list, c.name+" AS ("+pick(g, g.update, g.delete)()+")")
		default:
			list = append(list, c.name+"(tenant_id, id, n) AS ("+g.query(1, nil, 3)+")")
		}
		g.ctes = append(g.ctes, c)
	}
	return "WITH " + recursive + strings.Join(list, ", ") + " "
}

func (g *generator) recursive(c source) string {
	from := g.table()
	self := c
	self.alias = g.alias()
	tenant := pick(g, from, from, self).column("tenant_id")
	link := []string{from.column("id") + " = " + self.column("id") + " + 1"}
	if g.chance(70) {
		link = append(link, from.column("tenant_id")+" = "+self.column("tenant_id"))
	}
	join := fmt.Sprintf("%s JOIN %s ON %s", from.ref(), self.ref(), strings.Join(link, " AND "))
	if g.chance(20) {
		join = fmt.Sprintf("%s, %s WHERE %s", from.ref(), self.ref(), strings.Join(link, " AND "))
	}
	return fmt.Sprintf("%s UNION SELECT %s, %s, %s FROM %s", g.simple(g.table(), 80),
		tenant, from.column("id"), self.column("n"), join)
}

// simple reads one source.
func (g *generator) simple(s source, pinned int) string {
	return fmt.Sprintf("SELECT %s, %s, %s FROM %s WHERE %s", s.column("tenant_id"), s.column("id"), s.column("n"),
		s.ref(), g.where([]source{s}, nil, 0, pinned))
}

func (s source) column(name string) string { return s.alias + "." + name }
func (s source) ref() string               { return s.name + " " + s.alias }

func (g *generator) table() source {
	s := pick(g, tenantTables...)
	s.alias = g.alias()
	return s
}

// item is a source for FROM and how it is written there.
func (g *generator) item(depth int, left, outer []source) (source, string) {
	switch n := g.IntN(20); {
	case n < 3 && depth > 0:
		s := source{alias: g.alias(), tenant: "tenant_id", ints: []string{"id", "n"}}
		lateral := ""
		if len(left) > 0 && g.chance(50) {
			lateral, outer = "LATERAL ", append(append([]source{}, outer...), left...)
		}
		return s, fmt.Sprintf("%s(%s) %s(tenant_id, id, n)", lateral, g.query(depth-1, outer, 3), s.alias)
	case n < 5 && len(g.ctes) > 0:
		s := pick(g, g.ctes...)
		s.alias = g.alias()
		return s, s.ref()
	case n == 5:
		s := globalTable
		s.alias = g.alias()
		return s, s.ref()
	case n == 6:
		s := source{alias: g.alias(), tenant: "tenant_id", ints: []string{"id"}}
		return s, fmt.Sprintf("(VALUES ($1::int, 1), ($1, 2)) %s(tenant_id, id)", s.alias)
	case n == 7:
		s := source{alias: g.alias(), ints: []string{"id"}}
		return s, fmt.Sprintf("generate_series(1, 3) %s(id)", s.alias)
	case n == 8:
		s := source{alias: g.alias(), tenant: "tenant_id"}
		return s, fmt.Sprintf("unnest(ARRAY[$1::int]) %s(tenant_id)", s.alias)
	}
	s := g.table()
	return s, s.ref()
}

// from writes a FROM clause.
func (g *generator) from(depth int, outer []source) ([]source, string) {
	s, text := g.item(depth, nil, outer)
	sources := []source{s}
	for range pick(g, 0, 0, 1, 1, 2) {
		s, right := g.item(depth, sources, outer)
		nested := []source{s}
		if g.chance(15) {
			inner := g.table()
			right = fmt.Sprintf("(%s %s %s ON %s)", right, g.joinKind(), inner.ref(), g.on(nested, inner))
			nested = append(nested, inner)
		}
		kind := g.joinKind()
		switch n := g.IntN(20); {
		case n < 3:
			text += ", " + right
		case n == 3:
			text += " CROSS JOIN " + right
		case n < 6 && s.tenant != "" && sources[len(sources)-1].tenant != "":
			text += " " + kind + " " + right + " USING (" + pick(g, "tenant_id", "tenant_id, id", "id") + ")"
		case n == 6:
			text += " NATURAL " + kind + " " + right
		default:
			text += " " + kind + " " + right + " ON " + g.on(sources, nested...)
		}
		sources = append(sources, nested...)
	}
	return sources, text
}

func (g *generator) joinKind() string {
	return pick(g, "JOIN", "JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
}

// on writes the condition of a join.
func (g *generator) on(left []source, right ...source) string {
	var list []string
	for _, r := range right {
		if r.tenant != "" && g.chance(70) {
			list = append(list, g.pin(r, left))
		}
	}
	if g.chance(20) {
		l := pick(g, left...)
		if l.tenant != "" {
			list = append(list, g.pin(l, nil))
		}
	}
	for range g.IntN(2) {
		list = append(list, g.condition(append(append([]source{}, left...), right...), nil, 0))
	}
	if len(list) == 0 || g.chance(30) {
		list = append(list, pick(g, left...).int(g)+" = "+right[0].int(g))
	}
	return strings.Join(list, " AND ")
}

// int is any column of a source.
func (s source) int(g *generator) string {
	if len(s.ints) == 0 || s.tenant != "" && g.chance(10) {
		return s.column(s.tenant)
	}
	if g.chance(1) {
		return pick(g, s.ints...)
	}
	return s.column(pick(g, s.ints...))
}

// where writes conditions on sources, each of which is held to its tenant in
// some of 100 cases.
func (g *generator) where(sources, outer []source, depth, pinned int) string {
	var list []string
	for i, s := range sources {
		if s.tenant != "" && g.chance(pinned) {
			others := append(append([]source{}, sources[:i]...), outer...)
			list = append(list, g.pin(s, others))
		}
	}
	for range g.IntN(3) {
		list = append(list, g.condition(sources, outer, depth))
	}
	if len(list) == 0 {
		return "true"
	}
	g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return strings.Join(list, " AND ")
}

// pin writes a condition on the tenant column of a source, most often one that
// holds it to $1 or to that of another source.
func (g *generator) pin(s source, others []source) string {
	c := s.column(s.tenant)
	if g.chance(3) {
		c = s.tenant // the server refuses it if it is ambiguous
	}
	if len(others) > 0 && g.chance(40) {
		if o := pick(g, others...); o.tenant != "" {
			return pick(g,
				c+" = "+o.column(o.tenant), o.column(o.tenant)+" = "+c, c+"::bigint = "+o.column(o.tenant),
				fmt.Sprintf("(%s, %s) = (%s, %s)", c, s.int(g), o.column(o.tenant), o.int(g)),
				c+" IS NOT DISTINCT FROM "+o.column(o.tenant),
				fmt.Sprintf("%s IN (%s, $1)", c, o.column(o.tenant)))
		}
	}
	if slices.Contains(s.ints, "uid") && g.chance(15) {
		return g.sameRow(s)
	}
	if g.chance(45) {
		return c + " = $1"
	}
	x, y := s.int(g), s.int(g)
	switch g.IntN(24) {
	case 0:
		return "$1 = " + c
	case 1:
		return c + " IS NOT DISTINCT FROM $1"
	case 2:
		return c + " IN ($1)"
	case 3:
		return c + " = ANY (ARRAY[$1::int])"
	case 4:
		return fmt.Sprintf("NOT (%s <> $1)", c)
	case 5:
		return fmt.Sprintf("(%s = $1) IS TRUE", c)
	case 6:
		return fmt.Sprintf("CASE WHEN %s > 2 THEN %s = $1 ELSE %s = $1 AND %s < 3 END", x, c, c, y)
	case 7:
		return fmt.Sprintf("CASE WHEN %s > 2 THEN %s = $1 WHEN %s = 1 THEN false END", x, c, y)
	case 8:
		return fmt.Sprintf("(%s = $1 AND %s > 1 OR %s < 3 AND %s = $1)", c, x, y, c)
	case 9:
		return fmt.Sprintf("coalesce(%s = $1, false)", c)
	case 10:
		return fmt.Sprintf("%s = (SELECT $1::int)", c)
	case 11:
		t := g.table()
		return fmt.Sprintf("%s IN (SELECT %s FROM %s WHERE %s)", c, t.column("tenant_id"), t.ref(), g.where([]source{t}, []source{s}, 0, 80))
	case 12:
		t := g.table()
		return fmt.Sprintf("EXISTS (SELECT 1 FROM %s WHERE %s = $1 AND %s = %s)", t.ref(), t.column("tenant_id"), t.column("tenant_id"), c)
	case 13:
		return fmt.Sprintf("NOT (%s <> $1 OR %s = 2)", c, x)
	case 14:
		return fmt.Sprintf("(%s, %s) IN (($1, 1), ($1, 2))", c, x)
	case 15:
		return fmt.Sprintf("CASE %s WHEN $1 THEN true ELSE %s = $1 END", c, c)
	// From here on they don't hold it, or hold it to something else.
	case 16:
		return fmt.Sprintf("(%s = $1 OR %s = 1)", c, x)
	case 17:
		return fmt.Sprintf("(%s = $1 OR %s IS NULL)", c, c)
	case 18:
		return fmt.Sprintf("%s = coalesce($1, %s)", c, c)
	case 19:
		return c + " >= $1"
	case 20:
		return fmt.Sprintf("%s = coalesce(%s, $1)", c, c)
	case 21:
		return fmt.Sprintf("NOT (%s <> $1 AND %s = 2)", c, x)
	case 22:
		return fmt.Sprintf("CASE WHEN %s > 2 THEN %s = $1 ELSE true END", x, c)
	}
	return fmt.Sprintf("%s IS DISTINCT FROM $1", c)
}

// sameRow finds a row by another mention of its table, as queues do.
func (g *generator) sameRow(s source) string {
	t := s
	t.alias = g.alias()
	where := g.where([]source{t}, nil, 0, 80)
	switch g.IntN(3) {
	case 0:
		return fmt.Sprintf("%s IN (SELECT %s FROM %s WHERE %s ORDER BY 1 LIMIT 2)", s.column("uid"), t.column("uid"), t.ref(), where)
	case 1:
		return fmt.Sprintf("%s = (SELECT max(%s) FROM %s WHERE %s)", s.column("uid"), t.column("uid"), t.ref(), where)
	}
	return fmt.Sprintf("(%s, %s) IN (SELECT %s, %s FROM %s WHERE %s)", s.column("n"), s.column("uid"),
		t.column("n"), t.column("uid"), t.ref(), where)
}

// condition writes any condition.
func (g *generator) condition(sources, outer []source, depth int) string {
	a, b := pick(g, sources...), pick(g, sources...)
	if len(outer) > 0 && g.chance(40) {
		b = pick(g, outer...)
	}
	switch n := g.IntN(22); {
	case n < 5:
		return fmt.Sprintf("%s %s %d", a.int(g), pick(g, "=", "<>", "<", ">", ">="), g.IntN(4))
	case n < 8:
		return a.int(g) + " = " + b.int(g)
	case n == 8:
		return a.int(g) + pick(g, " IS NULL", " IS NOT NULL")
	case n == 9:
		return fmt.Sprintf("(%s OR %s)", g.condition(sources, outer, 0), g.condition(sources, outer, depth))
	case n == 10:
		return fmt.Sprintf("NOT (%s)", g.condition(sources, outer, depth))
	case n == 11:
		return fmt.Sprintf("CASE WHEN %s THEN %s ELSE %s END", g.condition(sources, outer, 0), g.condition(sources, outer, depth), g.condition(sources, outer, 0))
	case n == 12:
		return pick(g, "true", "1 = 1", "false", "NULL::bool", "$1 IS NOT NULL")
	case n == 13:
		return fmt.Sprintf("(%s) IS NOT TRUE", g.condition(sources, outer, depth))
	case n == 14:
		return fmt.Sprintf("%s IN (%s, 2)", a.int(g), b.int(g))
	case n < 19 && depth > 0:
		return g.subCondition(a, append(append([]source{}, outer...), sources...), depth-1)
	}
	if a.tenant != "" && g.chance(50) {
		return g.pin(a, append(append([]source{}, sources...), outer...))
	}
	return fmt.Sprintf("%s < %d", a.int(g), 1+g.IntN(5))
}

func (g *generator) subCondition(a source, outer []source, depth int) string {
	switch g.IntN(6) {
	case 0:
		return fmt.Sprintf("%s%s IN (%s)", a.int(g), pick(g, "", " NOT"), g.query(depth, outer, 1))
	case 1:
		return fmt.Sprintf("%s = %s (%s)", a.int(g), pick(g, "ANY", "ALL"), g.query(depth, outer, 1))
	case 2:
		return fmt.Sprintf("%s = (SELECT max(x) FROM (%s) q(x))", a.int(g), g.query(depth, outer, 1))
	case 3:
		return fmt.Sprintf("(%s, %s) IN (%s)", a.int(g), a.int(g), g.query(depth, outer, 2))
	}
	return pick(g, "", "", "NOT ") + fmt.Sprintf("EXISTS (%s)", g.query(depth, outer, 1))
}

// query writes a SELECT with a number of columns, of which the first is a
// tenant's where there is one.
func (g *generator) query(depth int, outer []source, columns int) string {
	if depth > 0 && g.chance(12) {
		left, right := g.query(depth-1, outer, columns), g.query(depth-1, outer, columns)
		return fmt.Sprintf("(%s) %s (%s)", left, pick(g, "UNION", "UNION ALL", "UNION ALL", "INTERSECT", "EXCEPT"), right)
	}
	sources, from := g.from(depth, outer)
	where := g.where(sources, outer, depth, 65)
	var list []string
	for i := range columns {
		s := pick(g, sources...)
		switch {
		case i == 0 && s.tenant != "" && g.chance(85):
			list = append(list, s.column(s.tenant))
		case i == 0 && g.chance(30):
			list = append(list, "$1::int")
		case depth > 0 && g.chance(8):
			list = append(list, fmt.Sprintf("(SELECT count(*)::int FROM (%s) q)", g.query(depth-1, append(append([]source{}, outer...), sources...), 1)))
		case g.chance(10):
			list = append(list, fmt.Sprintf("coalesce(%s, %s)", s.int(g), pick(g, "0", "$1")))
		default:
			list = append(list, s.int(g))
		}
	}
	return g.shape(list, from, where, sources)
}

// shape adds grouping, windows, DISTINCT and LIMIT. Where rows are left out, the
// order says which.
func (g *generator) shape(list []string, from, where string, sources []source) string {
	columns := strings.Join(list, ", ")
	order := ""
	for i := range list {
		order += fmt.Sprintf(", %d", i+1)
	}
	order = order[2:]
	s := pick(g, sources...)
	switch n := g.IntN(20); {
	case n == 0:
		having := ""
		if g.chance(50) {
			having = " HAVING " + pick(g, "count(*) > 1", list[0]+" = $1", list[0]+" IS NOT NULL")
		}
		if strings.Contains(columns, "(SELECT") {
			break
		}
		return fmt.Sprintf("SELECT %s FROM %s WHERE %s GROUP BY %s%s", columns, from, where, columns, having)
	case n == 1 && len(list) > 1:
		list[len(list)-1] = pick(g, "count(*)", "max("+s.int(g)+")", "count(*) FILTER (WHERE "+s.int(g)+" = 1)") + "::int"
		keys := strings.Join(list[:len(list)-1], ", ")
		if strings.Contains(keys, "SELECT") || strings.Contains(keys, "$1") {
			break
		}
		if g.chance(25) {
			keys = "ROLLUP (" + keys + ")"
		}
		having := ""
		if g.chance(30) {
			having = " HAVING " + list[0] + " = $1"
		}
		return fmt.Sprintf("SELECT %s FROM %s WHERE %s GROUP BY %s%s", strings.Join(list, ", "), from, where, keys, having)
	case n == 2:
		for i := range list {
			list[i] = "max(" + list[i] + ")::int"
		}
		if strings.Contains(columns, "SELECT") {
			break
		}
		return fmt.Sprintf("SELECT %s FROM %s WHERE %s", strings.Join(list, ", "), from, where)
	case n == 3 && len(list) > 1:
		partition := pick(g, s.int(g), list[0])
		list[len(list)-1] = fmt.Sprintf("(sum(%s) OVER (PARTITION BY %s))::int", s.int(g), partition)
		return fmt.Sprintf("SELECT %s FROM %s WHERE %s", strings.Join(list, ", "), from, where)
	case n == 4:
		return fmt.Sprintf("SELECT DISTINCT %s FROM %s WHERE %s", columns, from, where)
	case n == 5:
		return fmt.Sprintf("SELECT DISTINCT ON (%s) %s FROM %s WHERE %s ORDER BY %s", list[0], columns, from, where, order)
	case n == 6:
		return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT %d", columns, from, where, order, 1+g.IntN(3))
	case n == 7:
		return fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s OFFSET %d", columns, from, where, order, 1+g.IntN(2))
	}
	return fmt.Sprintf("SELECT %s FROM %s WHERE %s", columns, from, where)
}

// beside writes FROM or USING beside a target.
func (g *generator) beside(word string, target source) ([]source, string) {
	sources := []source{target}
	if g.chance(45) {
		return sources, ""
	}
	more, from := g.from(1, nil)
	return append(sources, more...), " " + word + " " + from
}

func (g *generator) update() string {
	t := g.table()
	sources, from := g.beside("FROM", t)
	// What is set doesn't depend on which of several rows fits.
	value := pick(g, "n + 1", "7", "$1", fmt.Sprintf("(SELECT count(*)::int FROM (%s) q)", g.query(0, []source{t}, 1)))
	value = strings.ReplaceAll(value, "n + 1", t.alias+".n + 1")
	return fmt.Sprintf("UPDATE %s SET n = %s%s WHERE %s RETURNING %s, %s, %s", t.ref(), value, from,
		g.where(sources, nil, 1, 80), t.column("tenant_id"), t.column("id"), t.column("n"))
}

func (g *generator) delete() string {
	t := g.table()
	sources, from := g.beside("USING", t)
	return fmt.Sprintf("DELETE FROM %s%s WHERE %s RETURNING %s, %s, %s", t.ref(), from,
		g.where(sources, nil, 1, 80), t.column("tenant_id"), t.column("id"), t.column("n"))
}

func (g *generator) insert() string {
	t := g.table()
	rows := g.query(1, nil, 3)
	if g.chance(30) {
		q := g.query(1, nil, 2)
		rows = fmt.Sprintf("SELECT $1::int, a, b FROM (%s) q(a, b)", q)
	}
	return fmt.Sprintf("INSERT INTO %s AS %s (tenant_id, id, n) %s RETURNING tenant_id, id, n", t.name, t.alias, rows)
}

func (g *generator) merge() string {
	t := g.table()
	s, from := g.item(1, nil, nil)
	on := []string{t.column("id") + " = " + s.int(g)}
	if g.chance(80) {
		on = append(on, g.pin(t, []source{s}))
	}
	if s.tenant != "" && g.chance(60) {
		on = append(on, g.pin(s, nil))
	}
	when := ""
	if g.chance(80) {
		cond := ""
		if g.chance(40) {
			cond = " AND " + g.condition([]source{t, s}, nil, 1)
		}
		when += " WHEN MATCHED" + cond + " THEN " + pick(g, "DELETE", "UPDATE SET n = 5", "DO NOTHING")
	}
	if when == "" || g.chance(40) {
		cond := ""
		if g.chance(30) && s.tenant != "" {
			cond = " AND " + s.column(s.tenant) + " = $1"
		}
		when += " WHEN NOT MATCHED" + cond + " THEN INSERT (tenant_id, id, n) VALUES ($1, " + s.int(g) + ", 6)"
	}
	return fmt.Sprintf("MERGE INTO %s USING %s ON %s%s", t.ref(), from, strings.Join(on, " AND "), when)
}
