package querybuilder

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// bun is github.com/uptrace/bun: a query belongs to the connection that it was
// made on, and its calls change it in place.
type bun struct{}

var bunOperations = map[string]operation{
	"SelectQuery": selects, "InsertQuery": inserts, "UpdateQuery": updates, "DeleteQuery": deletes, "RawQuery": raw,
	"TruncateTableQuery": truncates,
}

// mutates: all that adds a clause.
func (bun) mutates(s step) bool {
	if strings.HasPrefix(s.name, "New") {
		return true
	}
	return strings.HasSuffix(s.on, "Query") && !bunSends[s.name]
}

var bunSends = map[string]bool{"Exec": true, "Scan": true, "Count": true, "ScanAndCount": true, "Exists": true, "Rows": true}

func (bun) start(_ *reading, _ ssa.Value, on string, _ bool) query {
	op := bunOperations[on]
	return query{op: op, open: op != undecided || on == "QueryBuilder"}
}

func (bun) step(s step, q query) query {
	if !strings.HasSuffix(s.on, "Query") || strings.HasPrefix(s.name, "New") {
		return s.bunNew(q)
	}
	if bunSends[s.name] {
		return s.bunSend(q)
	}
	switch s.name {
	case "Model":
		v, _ := strip(s.args[0], s.frame)
		q.model, q.value = modelOf(v.Type()), v
	case "Table":
		return s.bunColumns(q, table)
	case "TableExpr":
		return q.addText(table, s.bunExpr(0))
	case "ModelTableExpr":
		q.named = s.bunExpr(0)
	case "Column":
		return s.bunColumns(q, column)
	case "ColumnExpr", "DistinctOn":
		if s.name == "DistinctOn" {
			return q
		}
		return q.addText(column, s.bunExpr(0))
	case "Distinct":
		return q.addText(option, lit("DISTINCT"))
	case "Where", "WhereOr":
		t := s.bunExpr(0)
		return q.add(where, piece{text: parens(t), or: s.name == "WhereOr"})
	case "WherePK":
		return q.addText(where, lit("("+self+quote(q.bunKey())+" = ?)"))
	case "WhereGroup":
		return s.bunGroup(q)
	case "WhereDeleted", "WhereAllWithDeleted", "ForceDelete":
		q.unscoped = true
	case "Join":
		return q.addText(joined, s.bunExpr(0))
	case "JoinOn", "JoinOnOr":
		if n := len(q.list[joined]); n > 0 {
			word := map[string]string{"JoinOn": " ON ", "JoinOnOr": " OR "}[s.name]
			if s.name == "JoinOn" && strings.Contains(q.list[joined][n-1].String(), " ON (") {
				word = " AND "
			}
			on := cat(q.list[joined][n-1].text, lit(word), parens(s.bunExpr(0)))
			q.list[joined] = append(q.list[joined][:n-1:n-1], piece{text: on})
		}
	case "Relation", "RelationWithOpts":
		return q.add(joined, something())
	case "Set":
		return q.addText(set, s.bunExpr(0))
	case "SetColumn":
		t := s.text(1)
		args, more := s.variadic(2)
		return q.addText(set, cat(quoted(s.text(0)), lit(" = "), s.bunExpand(t, args, more)))
	case "Value":
		t := s.text(1)
		args, more := s.variadic(2)
		return q.addText(assigned, quoted(s.text(0))).addText(assigned, s.bunExpand(t, args, more))
	case "Group":
		return s.bunColumns(q, group)
	case "GroupExpr":
		return q.addText(group, s.bunExpr(0))
	case "Having":
		return q.addText(having, parens(s.bunExpr(0)))
	case "Order", "OrderBy", "OrderExpr", "Comment", "Err", "Conn", "For", "ExcludeColumn", "OmitZero", "Ignore", "Clone", "Bulk":
		if s.name == "Ignore" {
			return q.addText(suffix, lit("ON CONFLICT DO NOTHING"))
		}
	case "Limit":
		return q.addText(limit, lit("LIMIT ?"))
	case "Offset":
		return q.addText(limit, lit("OFFSET ?"))
	case "On":
		return q.addText(suffix, cat(lit("ON "), s.bunExpr(0)))
	case "Returning":
		return q.addText(returning, cat(lit("RETURNING "), s.bunExpr(0)))
	case "With", "WithRecursive":
		word := "WITH "
		if len(q.list[prefix]) > 0 {
			word = ", "
		} else if s.name == "WithRecursive" {
			word = "WITH RECURSIVE "
		}
		return q.addText(prefix, cat(lit(word), quoted(s.text(0)), lit(" AS "), parens(s.bunSub(s.args[1]))))
	case "Apply":
		return s.bunApply(q)
	case "Union", "UnionAll", "Intersect", "IntersectAll", "Except", "ExceptAll":
		return q.addText(suffix, cat(lit(bunSets[s.name]), parens(s.bunSub(s.args[0]))))
	case "Cascade", "ContinueIdentity", "Restrict":
	default:
		if !strings.Contains(s.name, "Index") {
			return q.add(where, something())
		}
	}
	return q
}

var bunSets = map[string]string{
	"Union": "UNION ", "UnionAll": "UNION ALL ", "Intersect": "INTERSECT ", "IntersectAll": "INTERSECT ALL ",
	"Except": "EXCEPT ", "ExceptAll": "EXCEPT ALL ",
}

// bunNew applies the calls that make a query on a connection.
func (s step) bunNew(q query) query {
	switch strings.TrimSuffix(s.name, "Query") {
	case "NewSelect":
		return query{op: selects}
	case "NewInsert":
		return query{op: inserts}
	case "NewUpdate":
		return query{op: updates}
	case "NewDelete":
		return query{op: deletes}
	case "NewTruncateTable":
		return query{op: truncates}
	case "NewRaw":
		text := 0
		if s.name == "NewRawQuery" { // a function: the database comes first
			text = 1
		}
		return query{op: raw}.replace(prefix, s.bunExpr(text))
	}
	if s.on == "QueryBuilder" {
		return q.add(where, something())
	}
	return query{}
}

func (s step) bunColumns(q query, c clause) query {
	elems, more := s.variadic(0)
	for _, el := range elems {
		q = q.addText(c, quoted(s.reading.text(el, s.frame)))
	}
	if more {
		q = q.add(c, something())
	}
	return q
}

// bunExpr is a text with its arguments.
func (s step) bunExpr(i int) text {
	args, more := s.variadic(i + 1)
	return s.bunExpand(s.text(i), args, more)
}

// bunExpand writes the arguments that are SQL in the place of their
// placeholders. "?0" and "?TableAlias" are names.
func (s step) bunExpand(t text, args []ssa.Value, more bool) text {
	if more {
		return t
	}
	var out text
	n := 0
	for _, p := range t {
		if p.Hole != nil {
			out = cat(out, text{p})
			continue
		}
		start := 0
		for i := range len(p.Text) {
			if p.Text[i] != '?' || n >= len(args) || i > 0 && p.Text[i-1] == '\\' || i+1 < len(p.Text) && isWord(p.Text[i+1]) {
				continue
			}
			out = cat(out, lit(p.Text[start:i]), s.bunArgument(args[n]))
			start = i + 1
			n++
		}
		out = cat(out, lit(p.Text[start:]))
	}
	return out
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func (s step) bunArgument(v ssa.Value) text {
	inner, f := strip(v, s.frame)
	switch pkg, name := squirrelType(v); {
	case !strings.HasPrefix(pkg, "github.com/uptrace/bun") && !strings.HasPrefix(pkg, gopgPath):
	case strings.HasSuffix(name, "Query"):
		return s.bunSub(v)
	case name == "Ident" || name == "Name":
		return quoted(s.reading.text(inner, f))
	case name == "Safe":
		return s.reading.text(inner, f)
	}
	return lit("?")
}

// bunSub writes a query that is an argument.
func (s step) bunSub(v ssa.Value) text {
	v, f := strip(v, s.frame)
	if qs := s.queries(v, f); len(qs) == 1 {
		if t := s.bunFinish(qs[0]).render(); t != nil {
			return t
		}
	}
	return unknown()
}

// bunGroup adds conditions in parentheses, which a function of the program makes.
func (s step) bunGroup(q query) query {
	sep, _ := constantString(s.args[0], s.frame)
	or := strings.EqualFold(strings.TrimSpace(sep), "or")
	inner := query{op: q.op, model: q.model}
	if made, ok := s.scoped(s.args[1], inner); ok && len(made.list[where]) > 0 {
		var w writer
		w.conditions("", made.list[where])
		return q.add(where, piece{text: parens(w.out), or: or})
	}
	p := something()
	p.or = or
	return q.add(where, p)
}

// bunApply runs the functions that are passed to Apply.
func (s step) bunApply(q query) query {
	elems, more := s.variadic(0)
	for _, el := range elems {
		next, ok := s.scoped(el, q)
		if !ok {
			next = q.add(where, something())
		}
		q = next
	}
	if more {
		q = q.add(where, something())
	}
	return q
}

// bunSend completes the statement.
func (s step) bunSend(q query) query {
	switch s.name {
	case "Count":
		q = q.replace(column, lit("count(*)"))
	case "Exists":
		q = q.replace(column, lit("1"))
	case "Scan":
		if elems, _ := s.variadic(1); q.model.typ == nil && len(elems) == 1 && len(q.list[table]) == 0 && q.op != raw && !q.open {
			v, _ := strip(elems[0], s.frame)
			q.model = modelOf(v.Type())
		}
	}
	return s.bunFinish(q)
}

// bunFinish names the table and what the model stands for.
func (s step) bunFinish(q query) query {
	if q.op == raw || q.op == undecided {
		return q
	}
	name, alias := bunTable(q.model, q.tagKey())
	var target text
	switch {
	case q.named != nil:
		target = q.named
	case name != "" && q.op == truncates:
		target = lit(quote(name))
	case name != "":
		target = lit(quote(name) + " AS " + quote(alias))
	case q.model.typ != nil:
		target = unknown()
	}
	if target != nil {
		rest := q.list[table]
		q = q.replace(table, target)
		if q.op == selects || q.op == truncates {
			q = q.add(table, rest...)
		} else {
			q = q.add(from, rest...)
		}
	}
	fields := bunColumnsOf(q.model, q.tagKey())
	switch {
	case q.op == inserts && len(q.list[column]) == 0:
		var values []text
		for _, f := range fields {
			q = q.addText(column, lit(quote(f.column)))
			values = append(values, lit("?"))
		}
		for i := 0; i+1 < len(q.list[assigned]); i += 2 {
			if isField(fields, q.list[assigned][i].String()) {
				continue
			}
			q = q.addText(column, q.list[assigned][i].text)
			values = append(values, q.list[assigned][i+1].text)
		}
		if len(values) == 0 {
			q = q.add(column, something())
			values = append(values, unknown())
		}
		q = q.addText(row, parens(join(values, ", ")))
	case q.op == inserts:
		values := make([]text, len(q.list[column]))
		for i := range values {
			values[i] = lit("?")
		}
		q = q.addText(row, parens(join(values, ", ")))
	case q.op == updates && len(q.list[set]) == 0:
		for _, f := range fields {
			if !f.primary {
				q = q.addText(set, lit(quote(f.column)+" = ?"))
			}
		}
		if len(q.list[set]) == 0 {
			q = q.add(set, something())
		}
	}
	if q.op == inserts && len(q.list[set]) > 0 { // of ON CONFLICT DO UPDATE
		q = q.addText(suffix, cat(lit("SET "), pieces(q.list[set], ", "))).replace(set)
	}
	if q.op == selects && len(q.list[column]) == 0 && alias != "" {
		q = q.addText(column, lit(quote(alias)+".*"))
	}
	return q.bunDeleted(alias, fields).selfNamed(alias)
}

func isField(fields []field, quoted string) bool {
	for _, f := range fields {
		if quote(f.column) == quoted {
			return true
		}
	}
	return false
}

// bunDeleted adds what soft deletion changes.
func (q query) bunDeleted(alias string, fields []field) query {
	if q.unscoped || q.op == inserts {
		return q
	}
	for _, f := range fields {
		if !f.softDelete {
			continue
		}
		if q.op == deletes {
			q.op = updates
			q = q.addText(set, lit(quote(f.column)+" = ?"))
		}
		return q.addText(where, lit(quote(alias)+"."+quote(f.column)+" IS NULL"))
	}
	return q
}

// selfNamed puts the alias in the place of self.
func (q query) selfNamed(alias string) query {
	if alias != "" {
		alias = quote(alias) + "."
	}
	var named []piece
	for _, p := range q.list[where] {
		p.text = p.text.named(alias)
		named = append(named, p)
	}
	q.list[where] = named
	return q
}

// bunTable names the table and the alias of a model, "" if that is not known.
func bunTable(m model, key string) (name, alias string) {
	if m.typ == nil || m.name() == "" {
		return "", ""
	}
	name, alias = plural(underscore(m.name())), underscore(m.name())
	st, ok := m.typ.Underlying().(*types.Struct)
	if !ok {
		return "", ""
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		if isTableField(f) {
			first, options := bunTags(st.Tag(i), key)
			if t := options["table"]; t != "" {
				name = t
			} else if first != "" {
				name = first
			}
			if a := options["alias"]; a != "" {
				alias = a
			}
		}
	}
	return name, alias
}

// isTableField recognises the field whose tag names the table: bun.BaseModel,
// or go-pg's tableName.
func isTableField(f *types.Var) bool {
	_, base := typeOf(f.Type())
	return f.Embedded() && base == "BaseModel" || f.Name() == "tableName"
}

// bunTags splits `bun:"name,pk,type:uuid"`.
func bunTags(tag, key string) (name string, options map[string]string) {
	options = map[string]string{}
	for i, part := range strings.Split(lookupTag(tag, key), ",") {
		k, v, isOption := strings.Cut(part, ":")
		switch {
		case i == 0 && !isOption:
			name = part
		case k != "":
			options[k] = strings.Trim(v, "'")
		}
	}
	return name, options
}

// bunColumnsOf lists the columns of a model as bun maps them.
func bunColumnsOf(m model, key string) []field {
	if m.typ == nil {
		return nil
	}
	return bunFields(m.typ, key, "", 0)
}

func bunFields(t types.Type, key, prefix string, depth int) []field {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > maxEmbedding {
		return nil
	}
	var out []field
	for i := range st.NumFields() {
		f := st.Field(i)
		name, options := bunTags(st.Tag(i), key)
		_, rel := options["rel"]
		_, m2m := options["m2m"]
		_, scanOnly := options["scanonly"]
		if name == "-" || rel || m2m || scanOnly || isTableField(f) {
			continue
		}
		inner := structUnder(f.Type())
		if p, embed := options["embed"]; inner != nil && (embed || f.Embedded() && !isValue(f.Type())) {
			out = append(out, bunFields(inner, key, prefix+p, depth+1)...)
			continue
		}
		if !f.Exported() {
			continue
		}
		if name == "" {
			name = underscore(f.Name())
		}
		_, pk := options["pk"]
		_, soft := options["soft_delete"]
		out = append(out, field{goName: f.Name(), column: prefix + name, primary: pk, softDelete: soft})
	}
	return out
}

func (q query) bunKey() string {
	for _, f := range bunColumnsOf(q.model, q.tagKey()) {
		if f.primary {
			return f.column
		}
	}
	return "id"
}
