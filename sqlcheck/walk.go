package sqlcheck

import (
	"slices"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A walker gathers the facts about one statement. Its recursion is bounded by
// the limits on the text's depth.
type walker struct {
	*filling
	st   *Statement
	ctes map[string]int // names of common table expressions in scope
	// within is the part of the statement that is being walked.
	within Within
	nodes  []*pg.RangeVar // of st.Relations
	// queries are the statements that are judged by their conditions.
	queries   []*pg.Node
	queryBase int // where their locations count from, in sql
	// inserts and updates are the indexes of what is noted about a node.
	inserts, updates map[any]int
	catalog          Catalog
	// nested: an expression has a query in it.
	nested bool
	// onlyHole: the statement is nothing but a hole.
	onlyHole bool
	// deferred: the statement is not executed now (PREPARE, EXPLAIN, a view), or
	// what in it is executed is not known (DO).
	deferred   bool
	looked     int // nodes looked at by content
	base       int // where the statement's locations count from, in sql
	start, end int // of the statement, in sql
	bodies     *bodies
	variables  map[string]bool // has the names of those of the body around
	prepared   *preparations   // nil where EXECUTE is not SQL's
	executed   []*pg.Node      // the arguments of an EXECUTE
}

func newWalker(f *filling, st *Statement, base int, c Catalog) *walker {
	return &walker{filling: f, st: st, base: base, catalog: c}
}

// put sets an element of a map that most statements don't need.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}

// where says what is known about the evaluation of an expression.
type where struct {
	certain     bool // evaluated, once, whatever the rows are
	conditional bool // in a branch
}

func (w where) branch() where { return where{conditional: true} }

func (w where) inner() where { return where{conditional: w.conditional} }

// statement dispatches on the kind of a statement.
func (w *walker) statement(node *pg.Node) {
	switch node.GetNode().(type) {
	case *pg.Node_SelectStmt, *pg.Node_InsertStmt, *pg.Node_UpdateStmt, *pg.Node_DeleteStmt, *pg.Node_MergeStmt:
		w.judged(node)
	}
	switch n := node.GetNode().(type) {
	case *pg.Node_SelectStmt:
		w.st.Op = Select
		w.topSelect(n.SelectStmt)
	case *pg.Node_InsertStmt:
		w.st.Op = Insert
		w.insert(n.InsertStmt)
	case *pg.Node_UpdateStmt:
		w.st.Op = Update
		w.update(n.UpdateStmt)
	case *pg.Node_DeleteStmt:
		w.st.Op = Delete
		w.delete(n.DeleteStmt)
	case *pg.Node_MergeStmt:
		w.st.Op = Merge
		w.merge(n.MergeStmt)
	case *pg.Node_TruncateStmt:
		w.st.Op = Truncate
		for _, r := range n.TruncateStmt.GetRelations() {
			w.target(r.GetRangeVar(), true)
		}
	case *pg.Node_LockStmt:
		w.st.Op = Lock
		for _, r := range n.LockStmt.GetRelations() {
			w.target(r.GetRangeVar(), false)
		}
	case *pg.Node_CopyStmt:
		w.copy(n.CopyStmt)
	case *pg.Node_ExplainStmt:
		w.deferred = w.deferred || !analyzes(n.ExplainStmt)
		w.statement(n.ExplainStmt.GetQuery())
	case *pg.Node_PrepareStmt:
		w.prepare(n.PrepareStmt)
	case *pg.Node_ExecuteStmt:
		w.executePrepared(n.ExecuteStmt)
	case *pg.Node_DeclareCursorStmt:
		w.deferred = true
		w.statement(n.DeclareCursorStmt.GetQuery())
	case *pg.Node_CreateTableAsStmt:
		w.deferred = true
		w.statement(n.CreateTableAsStmt.GetQuery())
		w.st.Op = DDL
	case *pg.Node_ViewStmt:
		w.deferred = true
		w.statement(n.ViewStmt.GetQuery())
		w.st.Op = DDL
	case *pg.Node_RuleStmt:
		w.deferred = true
		w.expr(n.RuleStmt.GetWhereClause(), where{})
		for _, a := range n.RuleStmt.GetActions() {
			w.statement(a)
		}
		w.st.Op = DDL
	case *pg.Node_CallStmt:
		w.st.Op = Call
		w.setsByCall(n.CallStmt.GetFunccall(), where{certain: true})
		w.exprs(n.CallStmt.GetFunccall().GetArgs(), where{})
	case *pg.Node_DoStmt:
		w.st.Op = Call
		w.do(n.DoStmt)
	default:
		w.utility(n)
	}
}

// utility handles the statements that touch no rows.
func (w *walker) utility(n any) {
	switch n := n.(type) {
	case *pg.Node_TransactionStmt:
		w.st.Op = Txn
		w.st.Tx = txControl(n.TransactionStmt.GetKind())
	case *pg.Node_VariableSetStmt:
		w.st.Op = Set
		w.variable(n.VariableSetStmt, SetStatement)
	case *pg.Node_GrantRoleStmt:
		w.st.Op = DDL
		w.grant(n.GrantRoleStmt)
	case *pg.Node_DiscardStmt:
		if n.DiscardStmt.GetTarget() == pg.DiscardMode_DISCARD_ALL {
			w.st.Op = Set
			w.setting(Setting{Name: "all", Form: SetStatement, Reset: true, Certain: true, Pos: w.st.Pos})
		}
	case *pg.Node_AlterRoleSetStmt:
		w.st.Op = Set
		w.variable(n.AlterRoleSetStmt.GetSetstmt(), AlterRoleSet)
	case *pg.Node_AlterDatabaseSetStmt:
		w.st.Op = Set
		w.variable(n.AlterDatabaseSetStmt.GetSetstmt(), AlterRoleSet)
	case *pg.Node_AlterSystemStmt:
		w.st.Op = Set
		w.variable(n.AlterSystemStmt.GetSetstmt(), AlterSystemSet)
	case *pg.Node_DeallocateStmt:
		w.st.Op = Other
		w.deallocate(n.DeallocateStmt)
	case *pg.Node_VariableShowStmt, *pg.Node_FetchStmt,
		*pg.Node_ClosePortalStmt, *pg.Node_ListenStmt, *pg.Node_UnlistenStmt, *pg.Node_NotifyStmt,
		*pg.Node_CheckPointStmt, *pg.Node_LoadStmt, *pg.Node_VacuumStmt, *pg.Node_ConstraintsSetStmt,
		*pg.Node_ReindexStmt, *pg.Node_ClusterStmt, *pg.Node_ReturnStmt, nil:
		w.st.Op = Other
	default:
		w.st.Op = DDL
	}
}

// grant notes who becomes a member of which roles.
func (w *walker) grant(s *pg.GrantRoleStmt) {
	if !s.GetIsGrant() {
		return
	}
	var to []string
	for _, g := range s.GetGranteeRoles() {
		if name := g.GetRoleSpec().GetRolename(); name != "" {
			to = append(to, name)
		}
	}
	for _, r := range s.GetGrantedRoles() {
		w.st.Grants = append(w.st.Grants, RoleGrant{Role: r.GetAccessPriv().GetPrivName(), To: to, Pos: w.st.Pos})
	}
}

func txControl(k pg.TransactionStmtKind) TxControl {
	switch k {
	case pg.TransactionStmtKind_TRANS_STMT_BEGIN, pg.TransactionStmtKind_TRANS_STMT_START:
		return Begin
	case pg.TransactionStmtKind_TRANS_STMT_COMMIT:
		return Commit
	case pg.TransactionStmtKind_TRANS_STMT_ROLLBACK:
		return Rollback
	case pg.TransactionStmtKind_TRANS_STMT_SAVEPOINT:
		return Savepoint
	case pg.TransactionStmtKind_TRANS_STMT_RELEASE:
		return ReleaseSavepoint
	case pg.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		return RollbackTo
	case pg.TransactionStmtKind_TRANS_STMT_PREPARE:
		return PrepareTransaction
	}
	return NoTx // COMMIT PREPARED and ROLLBACK PREPARED are about another one
}

// analyzes reports whether an EXPLAIN executes its statement.
func analyzes(s *pg.ExplainStmt) bool {
	on := false
	for _, o := range s.GetOptions() {
		d := o.GetDefElem()
		if d.GetDefname() != "analyze" {
			continue
		}
		arg := d.GetArg()
		on = arg == nil || truth(constText(arg)) || arg.GetString_() != nil && truth(arg.GetString_().GetSval()) ||
			arg.GetInteger().GetIval() == 1
	}
	return on
}

func (w *walker) copy(s *pg.CopyStmt) {
	w.st.Op = CopyTo
	if s.GetIsFrom() {
		w.st.Op = CopyFrom
	}
	if r := s.GetRelation(); r != nil {
		w.target(r, s.GetIsFrom())
	}
	if q := s.GetQuery(); q != nil {
		op := w.st.Op
		w.judged(q)
		w.query(q, where{})
		w.st.Op = op
	}
	w.expr(s.GetWhereClause(), where{})
}

// with brings the common table expressions into scope; the function it returns
// takes them out again.
func (w *walker) with(c *pg.WithClause) (leave func()) {
	if c == nil {
		return func() {}
	}
	var names []string
	enter := func(name string) {
		put(&w.ctes, name, w.ctes[name]+1)
		names = append(names, name)
	}
	if c.GetRecursive() {
		for _, n := range c.GetCtes() {
			enter(n.GetCommonTableExpr().GetCtename())
		}
	}
	for _, n := range c.GetCtes() {
		cte := n.GetCommonTableExpr()
		back := w.enter(InCTE)
		w.query(cte.GetCtequery(), where{})
		back()
		if !c.GetRecursive() {
			enter(cte.GetCtename())
		}
	}
	return func() {
		for _, name := range names {
			if w.ctes[name]--; w.ctes[name] == 0 {
				delete(w.ctes, name)
			}
		}
	}
}

// enter says that what follows is in a part of the statement; the function it
// returns ends that part.
func (w *walker) enter(part Within) (leave func()) {
	before := w.within
	w.within = part
	return func() { w.within = before }
}

// target notes the relation that a statement is about and returns its index.
// Targets are never common table expressions.
func (w *walker) target(r *pg.RangeVar, write bool) int {
	if r == nil {
		return -1
	}
	return w.note(r, AsTarget, write)
}

// relation notes a relation in FROM, if it is not a common table expression.
func (w *walker) relation(r *pg.RangeVar, role Role) {
	if r != nil && (r.GetSchemaname() != "" || w.ctes[r.GetRelname()] == 0) {
		w.note(r, role, false)
	}
}

func (w *walker) note(r *pg.RangeVar, role Role, write bool) int {
	name := Name{Schema: r.GetSchemaname(), Name: r.GetRelname()}
	rel := Relation{Name: name, Role: role, Within: w.within, Write: write, Pos: w.pos(r.GetLocation())}
	if a := r.GetAlias().GetAliasname(); !w.isMarked(a) {
		rel.Alias = a
	}
	if w.isMarked(name.Schema) {
		rel.Schema, rel.SchemaHole = "", true
	}
	if w.isMarked(name.Name) {
		rel.Name.Name, rel.Hole = "", true
	}
	w.st.Relations = append(w.st.Relations, rel)
	w.nodes = append(w.nodes, r)
	return len(w.st.Relations) - 1
}

// pos maps a node's location to the rendered template.
func (w *walker) pos(location int32) int {
	if location < 0 {
		return w.st.Pos
	}
	return w.rendered(w.base + int(location))
}

func (w *walker) isMarked(s string) bool {
	_, found := w.markers(s)
	return found
}

func (w *walker) judged(n *pg.Node) {
	w.queries = append(w.queries, n)
	w.queryBase = w.base
}

// judge finds what conditions say. An EXECUTE has its statement elsewhere.
func (w *walker) judge() {
	if len(w.queries) == 0 {
		return
	}
	base := w.base
	w.base = w.queryBase
	if !w.isPlain() {
		w.pins()
	}
	w.loosen(w.start, w.end)
	w.base = base
}

// isPlain reports whether no condition can add to what has been read: the
// statement has no relation but the targets of INSERTs that change no rows, and
// the text says where all values come from.
func (w *walker) isPlain() bool {
	if len(w.st.Updates) > 0 || len(w.st.Inserts) != len(w.st.Relations) {
		return false
	}
	for by := range w.inserts {
		if _, ok := by.(*pg.InsertStmt); !ok {
			return false // MERGE reads its target
		}
	}
	for i := range w.st.Inserts {
		in := &w.st.Inserts[i]
		if in.Conflict != nil && in.Conflict.Update {
			return false
		}
		for j := range in.Columns {
			if in.Columns[j].From == FromElsewhere {
				return false
			}
		}
	}
	return true
}

// finish puts the facts in order and settles what depends on all of them.
func (w *walker) finish() {
	st := w.st
	w.sortRelations()
	w.judge()
	w.bindArguments()
	slices.SortStableFunc(st.Inserts, func(a, b Insertion) int { return a.Pos - b.Pos })
	slices.SortStableFunc(st.Updates, func(a, b Assignments) int { return a.Pos - b.Pos })
	slices.SortStableFunc(st.Settings, func(a, b Setting) int { return a.Pos - b.Pos })
	for i := range st.Settings {
		s := &st.Settings[i]
		if w.deferred || (s.Form == SetConfig || s.Form == FunctionCall) && len(st.Relations) > 0 {
			s.Certain = false
		}
	}
}

// sortRelations brings the relations into the order of the text, and what
// points at them along.
func (w *walker) sortRelations() {
	st := w.st
	inOrder := func(a, b Relation) int { return a.Pos - b.Pos }
	if slices.IsSortedFunc(st.Relations, inOrder) {
		return
	}
	order := make([]int, len(st.Relations))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return inOrder(st.Relations[i], st.Relations[j]) })
	place := make([]int, len(order))
	var relations []Relation
	var nodes []*pg.RangeVar
	for to, from := range order {
		relations, nodes = append(relations, st.Relations[from]), append(nodes, w.nodes[from])
		place[from] = to
	}
	st.Relations, w.nodes = relations, nodes
	for i := range st.Inserts {
		st.Inserts[i].Relation = place[st.Inserts[i].Relation]
	}
	for i := range st.Updates {
		st.Updates[i].Relation = place[st.Updates[i].Relation]
	}
}
