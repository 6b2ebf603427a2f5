package schema

import (
	"slices"
	"strconv"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/plpgsql"
)

// signal says how a PL/pgSQL statement ended.
type signal uint8

const (
	goOn signal = iota
	exitLoop
	nextRound
	returned
	failed // see replay.failing
)

// A machine runs PL/pgSQL as far as it is made of constants, loops over them
// and over the catalog, and EXECUTE. What depends on anything else is counted
// as unmodelled and passed over.
type machine struct {
	env
	base   int // offset of the body in the file, -1 when it was not written there verbatim
	result value
	what   string // counted when something can't be followed
	// handling is the error that an EXCEPTION part is for.
	handling string
}

// maxCalls bounds code that runs code: functions, DO inside EXECUTE.
const maxCalls = 16

// do runs a DO block.
func (r *replay) do(s *pg.DoStmt, text string, offset int) {
	lang := "plpgsql"
	if d := option(s.GetArgs(), "language"); d != nil {
		lang = d.GetArg().GetString_().GetSval()
	}
	body := option(s.GetArgs(), "as").GetArg().GetString_().GetSval()
	block, ok := plpgsql.Parse(body)
	if !ok || !strings.EqualFold(lang, "plpgsql") {
		r.skip("DO")
		return
	}
	m := &machine{env: env{r: r, vars: map[string]value{}}, base: bodyOffset(text, body, offset), what: "DO"}
	m.enter(func() { m.run(block) })
}

// bodyOffset finds a dollar-quoted body in the file; -1 when offset is -1 or
// the body is not there as it is.
func bodyOffset(text, body string, offset int) int {
	if i := strings.Index(text, body); i >= 0 && offset >= 0 {
		return offset + i
	}
	return -1
}

// enter runs f one level deeper, and brings the position back afterwards.
func (m *machine) enter(f func()) {
	r := m.r
	if r.depth >= maxCalls {
		r.skip(m.what)
		return
	}
	at := r.at
	r.depth++
	f()
	r.depth--
	r.at = at
}

// callFunction runs a function that the migrations define, for its result and
// for what it does to the schema.
func (r *replay) callFunction(fs []*function, args []value) value {
	for _, f := range fs {
		if !f.takes(len(args)) {
			continue
		}
		m := &machine{env: env{r: r, vars: map[string]value{}}, base: f.offset, what: "function " + f.Name}
		if f.At.File != r.filePath {
			m.base = -1
		}
		for i, name := range f.params {
			var v value
			if i < len(args) {
				v = args[i]
			} else {
				v = m.eval(f.missing(i))
			}
			m.params = append(m.params, v)
			if name != "" {
				m.vars[name] = v
			}
		}
		saved := r.session
		r.enterFunction(f)
		switch {
		case strings.EqualFold(f.Language, "plpgsql"):
			if block, ok := f.block(); ok {
				m.enter(func() { m.run(block) })
			}
		case strings.EqualFold(f.Language, "sql"):
			m.enter(func() { m.sql(f) })
		}
		r.leaveFunction(f, saved)
		return m.result
	}
	return value{}
}

// sql runs the body of a SQL function.
func (m *machine) sql(f *function) {
	for _, n := range f.statements() {
		s := n.GetSelectStmt()
		if s == nil {
			saved := m.r.source
			m.r.source = "" // the statement may have been moved out of its text
			m.r.statement(n, "", -1)
			m.r.source = saved
			continue
		}
		m.result = value{}
		if rows, ok := m.query(s); ok {
			m.result = null
			if len(rows) > 0 {
				m.result = rows[0].single()
			}
		}
	}
}

func (m *machine) runAll(list []plpgsql.Stmt) signal {
	for _, s := range list {
		sig := m.run(s)
		if m.r.failing.condition != "" {
			sig = failed
		}
		if sig != goOn {
			return sig
		}
	}
	return goOn
}

func (m *machine) run(s plpgsql.Stmt) signal {
	if m.r.steps++; m.r.steps > maxSteps {
		m.r.skip(m.what)
		return returned
	}
	m.locate(s.Offset)
	switch s.Kind {
	case plpgsql.Block:
		for _, d := range s.Decls {
			m.vars[d.Name] = null
			if d.Init.Text != "" {
				m.vars[d.Name] = m.expr(d.Init.Text)
			}
		}
		return m.block(s)
	case plpgsql.Assign:
		m.vars[s.Into[0]] = m.expr(s.Expr.Text)
	case plpgsql.Execute:
		m.execute(s)
	case plpgsql.Perform:
		m.sqlText("SELECT " + s.Expr.Text)
	case plpgsql.SQL:
		m.sqlStatement(s)
	case plpgsql.Return:
		m.result = null
		if s.Expr.Text != "" {
			m.result = m.expr(s.Expr.Text)
		}
		return returned
	case plpgsql.If:
		return m.branch(s)
	case plpgsql.ForQuery:
		return m.loop(s, m.rows(s.Expr.Text))
	case plpgsql.ForExecute:
		query := m.expr(s.Expr.Text)
		if query.kind != valText {
			return m.loop(s, nil)
		}
		return m.loop(s, m.rows(query.text))
	case plpgsql.Foreach:
		list := m.expr(s.Expr.Text)
		if list.kind == valText {
			list = parseArray(list.text)
		}
		if list.kind != valList {
			return m.loop(s, nil)
		}
		return m.loop(s, &list.list)
	case plpgsql.ForRange:
		return m.loop(s, m.numbers(s))
	case plpgsql.Loop:
		if m.matters(s.Body) {
			m.r.skip(m.what)
		}
	case plpgsql.Other:
		m.raise(s.Raises)
	case plpgsql.Exit, plpgsql.Continue:
		if s.Expr.Text != "" && !m.expr(s.Expr.Text).isTrue() {
			return goOn
		}
		if s.Kind == plpgsql.Continue {
			return nextRound
		}
		return exitLoop
	}
	return goOn
}

// locate moves the current position to a statement of the body.
func (m *machine) locate(offset int) {
	if m.base >= 0 {
		line, _ := m.r.lines.at(m.base + offset)
		m.r.at = Position{m.r.filePath, line}
	}
}

// expr evaluates an expression given as text.
func (m *machine) expr(text string) value {
	s := m.r.parseQuery("SELECT " + text)
	if s == nil {
		return value{}
	}
	if len(s.GetFromClause()) > 0 { // v := count(*) FROM t
		if v, ok := m.aggregate(s); ok {
			return v
		}
		rows, ok := m.query(s)
		if !ok || len(rows) == 0 {
			return value{}
		}
		return rows[0].single()
	}
	if len(s.GetTargetList()) != 1 {
		return value{}
	}
	return m.eval(s.GetTargetList()[0].GetResTarget().GetVal()).single()
}

// rows runs a query given as text; nil when its result is not known.
func (m *machine) rows(text string) *[]value {
	s := m.r.parseQuery(text)
	if s == nil {
		return nil
	}
	rows, ok := m.query(s)
	if !ok {
		return nil
	}
	return &rows
}

// maxQueries bounds the memory of parseQuery.
const maxQueries = 2000

// parseQuery parses a query of migration code, once for all rounds of a loop;
// nil if it is none.
func (r *replay) parseQuery(text string) *pg.SelectStmt {
	if s, ok := r.queries[text]; ok {
		return s
	}
	r.steps += 10
	var s *pg.SelectStmt
	if stmts, err := parse(text); err == nil && len(stmts) == 1 {
		s = stmts[0].GetStmt().GetSelectStmt()
	}
	if len(r.queries) < maxQueries {
		r.queries[text] = s
	}
	return s
}

func (m *machine) numbers(s plpgsql.Stmt) *[]value {
	low, err1 := strconv.Atoi(m.expr(s.Expr.Text).text)
	high, err2 := strconv.Atoi(m.expr(s.High.Text).text)
	if err1 != nil || err2 != nil || high-low > 10_000 {
		return nil
	}
	out := []value{}
	for i := low; i <= high; i++ {
		out = append(out, numberValue(i))
	}
	return &out
}

// loop runs the body for each value; values is nil when they are not known.
func (m *machine) loop(s plpgsql.Stmt, values *[]value) signal {
	if values == nil {
		if m.matters(s.Body) {
			m.r.skip(m.what)
		}
		return goOn
	}
	for _, v := range *values {
		if v.kind == valRow && len(s.Into) == 1 && len(v.list) != 1 {
			m.vars[s.Into[0]] = v
		} else {
			m.assign(s.Into, v)
		}
		if sig := m.runAll(s.Body); sig == exitLoop {
			break
		} else if sig == returned || sig == failed {
			return sig
		}
	}
	return goOn
}

// assign spreads a row over variables. A single variable keeps the row, whose
// only field stands for it where a scalar is meant.
func (m *machine) assign(into []string, v value) {
	if len(into) == 1 {
		m.vars[into[0]] = v
		return
	}
	for i, name := range into {
		if i < len(v.list) {
			m.vars[name] = v.list[i]
		} else {
			m.vars[name] = null
		}
	}
}

func (m *machine) branch(s plpgsql.Stmt) signal {
	for i, b := range s.Branches {
		cond := m.expr(s.Condition(i))
		if cond.isTrue() {
			return m.runAll(b.Body)
		}
		if !cond.known() {
			all := slices.Clone(s.Body)
			for _, b := range s.Branches {
				all = append(all, b.Body...)
			}
			if m.matters(all) {
				m.r.skip(m.what)
			}
			return goOn
		}
	}
	return m.runAll(s.Body)
}

// execute runs EXECUTE.
func (m *machine) execute(s plpgsql.Stmt) {
	v := m.expr(s.Expr.Text)
	if v.kind != valText && len(s.Into) == 0 {
		if m.matters([]plpgsql.Stmt{s}) {
			m.r.skip(m.what)
		}
		return
	}
	if len(s.Into) > 0 {
		for _, name := range s.Into {
			m.vars[name] = value{}
		}
		if v.kind == valText {
			sub := &machine{env: env{r: m.r, vars: map[string]value{}}, base: -1, what: m.what}
			for _, u := range s.Using {
				sub.params = append(sub.params, m.expr(u.Text))
			}
			if rows := sub.rows(v.text); rows != nil && len(*rows) > 0 {
				m.assign(s.Into, (*rows)[0].single())
			}
		}
		return
	}
	m.enter(func() { m.r.dynamic(v.text, m.what) })
}

// dynamic runs SQL text that migration code built.
func (r *replay) dynamic(text, what string) {
	stmts, err := parse(text)
	if err != nil {
		r.skip(what)
		return
	}
	r.run(text, -1, stmts)
}

// sqlStatement runs a statement written in the body.
func (m *machine) sqlStatement(s plpgsql.Stmt) {
	if len(s.Into) > 0 {
		for _, name := range s.Into {
			m.vars[name] = value{}
		}
		if stmts, err := parse(s.Expr.Text); err == nil && len(stmts) == 1 {
			if q := stmts[0].GetStmt().GetSelectStmt(); q != nil {
				if v, ok := m.aggregate(q); ok {
					m.assign(s.Into, v)
				} else if rows, ok := m.query(q); ok && len(rows) > 0 {
					m.assign(s.Into, rows[0].single())
				} else if ok {
					m.assign(s.Into, null)
				}
			}
		}
		return
	}
	m.sqlText(s.Expr.Text)
}

// sqlText runs SQL in which the variables can be seen.
func (m *machine) sqlText(text string) {
	stmts, err := parse(text)
	if err != nil {
		if changesModel(text) {
			m.r.skip(m.what)
		}
		return
	}
	for _, s := range stmts {
		n := s.GetStmt()
		switch {
		case n.GetSelectStmt() != nil:
			m.enter(func() { m.effects(n.GetSelectStmt()) })
		default:
			saved, savedStart := m.r.source, m.r.sourceStart
			m.r.source, m.r.sourceStart = text, int(s.GetStmtLocation())
			m.enter(func() { m.r.statement(n, text, -1) })
			m.r.source, m.r.sourceStart = saved, savedStart
		}
	}
}

// selects runs a SELECT of a migration for its side effects: functions that
// the migrations define, and set_config on search_path.
func (r *replay) selects(s *pg.SelectStmt) {
	m := &machine{env: env{r: r, vars: map[string]value{}}, base: -1, what: "SELECT"}
	m.enter(func() { m.effects(s) })
}

func (m *machine) effects(s *pg.SelectStmt) {
	if into := s.GetIntoClause(); into != nil {
		m.r.createTableAs(&pg.CreateTableAsStmt{
			Query: &pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: s}}, Into: into, Objtype: pg.ObjectType_OBJECT_TABLE}, "")
		return
	}
	for _, t := range s.GetTargetList() {
		f := t.GetResTarget().GetVal().GetFuncCall()
		if f == nil || !m.r.acts(f) {
			continue
		}
		if rows, ok := m.query(s); !ok || rows == nil && len(s.GetFromClause()) == 0 {
			m.r.skip("SELECT")
		}
		return
	}
	for _, f := range s.GetFromClause() { // SELECT * FROM enable_rls('orders')
		for _, item := range f.GetRangeFunction().GetFunctions() {
			for _, call := range item.GetList().GetItems() {
				if call.GetFuncCall() != nil && m.r.acts(call.GetFuncCall()) {
					m.eval(call)
				}
			}
		}
	}
}

// acts reports whether a call may change the model.
func (r *replay) acts(f *pg.FuncCall) bool {
	schema, name := qualified(f.GetFuncname())
	if name == "set_config" && len(f.GetArgs()) == 3 {
		setting, _ := constant(f.GetArgs()[0])
		return strings.EqualFold(setting, "search_path")
	}
	for _, fn := range r.lookupFunctions(schema, name) {
		if fn.acts() {
			return true
		}
	}
	return false
}

// calls runs CALL.
func (r *replay) calls(f *pg.FuncCall) {
	if f == nil || !r.acts(f) {
		return
	}
	m := &machine{env: env{r: r, vars: map[string]value{}}, base: -1, what: "CALL"}
	m.enter(func() { m.eval(&pg.Node{Node: &pg.Node_FuncCall{FuncCall: f}}) })
}

// gexec runs the statements that a query builds for psql.
func (r *replay) gexec(c chunk) {
	m := &machine{env: env{r: r, vars: map[string]value{}}, base: -1, what: "gexec"}
	rows := m.rows(c.text)
	if rows == nil {
		r.skip(`\gexec`)
		return
	}
	for _, row := range *rows {
		for _, v := range row.list {
			if v.kind == valText {
				m.enter(func() { r.dynamic(v.text, `\gexec`) })
			}
		}
	}
}
