package sqlcheck

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (w *walker) exprs(list []*pg.Node, at where) {
	for _, n := range list {
		w.expr(n, at)
	}
}

// expr walks an expression, or a list or clause made of them.
func (w *walker) expr(n *pg.Node, at where) {
	if n == nil {
		return
	}
	switch v := n.GetNode().(type) {
	case *pg.Node_AConst, *pg.Node_ColumnRef, *pg.Node_TypeName, *pg.Node_String_, *pg.Node_SetToDefault, nil:
	case *pg.Node_ParamRef:
		w.param(v.ParamRef)
	case *pg.Node_AExpr:
		w.expr(v.AExpr.GetLexpr(), at)
		w.expr(v.AExpr.GetRexpr(), at)
	case *pg.Node_BoolExpr:
		for i, a := range v.BoolExpr.GetArgs() {
			if i > 0 {
				at = at.branch()
			}
			w.expr(a, at)
		}
	case *pg.Node_List:
		w.exprs(v.List.GetItems(), at)
	case *pg.Node_ResTarget:
		w.exprs(v.ResTarget.GetIndirection(), at)
		w.expr(v.ResTarget.GetVal(), at)
	case *pg.Node_TypeCast:
		w.expr(v.TypeCast.GetArg(), at)
	case *pg.Node_FuncCall:
		w.call(v.FuncCall, at)
	case *pg.Node_SubLink:
		w.nested = true
		w.expr(v.SubLink.GetTestexpr(), at)
		w.subselect(v.SubLink.GetSubselect(), at)
	case *pg.Node_CaseExpr:
		w.caseExpr(v.CaseExpr, at)
	case *pg.Node_SortBy:
		w.expr(v.SortBy.GetNode(), at)
	case *pg.Node_NullTest:
		w.expr(v.NullTest.GetArg(), at)
	case *pg.Node_RowExpr:
		w.exprs(v.RowExpr.GetArgs(), at)
	case *pg.Node_AArrayExpr:
		w.exprs(v.AArrayExpr.GetElements(), at)
	case *pg.Node_CoalesceExpr:
		for i, a := range v.CoalesceExpr.GetArgs() {
			if i > 0 {
				at = at.branch()
			}
			w.expr(a, at)
		}
	case *pg.Node_SelectStmt, *pg.Node_InsertStmt, *pg.Node_UpdateStmt, *pg.Node_DeleteStmt, *pg.Node_MergeStmt:
		w.nested = true
		w.subselect(n, at)
	case *pg.Node_RangeVar, *pg.Node_RangeSubselect, *pg.Node_JoinExpr, *pg.Node_RangeFunction:
		w.from(n, AsFrom, at.inner())
	default:
		w.generic(n, at)
	}
}

func (w *walker) caseExpr(c *pg.CaseExpr, at where) {
	w.expr(c.GetArg(), at)
	for i, a := range c.GetArgs() {
		cond := at
		if i > 0 {
			cond = at.branch()
		}
		w.expr(a.GetCaseWhen().GetExpr(), cond)
		w.expr(a.GetCaseWhen().GetResult(), at.branch())
	}
	w.expr(c.GetDefresult(), at.branch())
}

func (w *walker) call(c *pg.FuncCall, at where) {
	if isSetConfig(c) {
		w.setConfig(c, at)
	} else {
		w.setsByCall(c, at)
	}
	inner := at
	inner.certain = at.certain && !c.GetAggStar()
	w.exprs(c.GetArgs(), inner)
	w.exprs(c.GetAggOrder(), at.inner())
	w.expr(c.GetAggFilter(), at.inner())
	if o := c.GetOver(); o != nil {
		w.exprs(o.GetPartitionClause(), at.inner())
		w.exprs(o.GetOrderClause(), at.inner())
		w.expr(o.GetStartOffset(), at.inner())
		w.expr(o.GetEndOffset(), at.inner())
	}
}

func (w *walker) param(p *pg.ParamRef) {
	if n := int(p.GetNumber()); n < firstMarkerParam {
		w.st.Params = max(w.st.Params, n)
	}
}

// generic walks the fields of a node that has no case of its own, in the order
// of their declaration.
func (w *walker) generic(n *pg.Node, at where) {
	m := n.ProtoReflect()
	if fd := m.WhichOneof(m.Descriptor().Oneofs().Get(0)); fd != nil {
		w.message(m.Get(fd).Message(), at)
	}
}

func (w *walker) message(m protoreflect.Message, at where) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if fd.Message() == nil || !m.Has(fd) {
			continue
		}
		if !fd.IsList() {
			w.child(m.Get(fd).Message(), at)
			continue
		}
		list := m.Get(fd).List()
		for j := range list.Len() {
			w.child(list.Get(j).Message(), at)
		}
	}
}

func (w *walker) child(m protoreflect.Message, at where) {
	if n, ok := m.Interface().(*pg.Node); ok {
		w.expr(n, at)
		return
	}
	w.message(m, at)
}
