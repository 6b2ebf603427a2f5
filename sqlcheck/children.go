package sqlcheck

import pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"

// children visits the nodes below an expression, in the order of their
// declaration.
func children(n *pg.Node, visit func(*pg.Node)) {
	switch v := n.GetNode().(type) {
	case *pg.Node_AExpr:
		eachNode(visit, v.AExpr.GetLexpr(), v.AExpr.GetRexpr())
	case *pg.Node_BoolExpr:
		eachNode(visit, v.BoolExpr.GetArgs()...)
	case *pg.Node_List:
		eachNode(visit, v.List.GetItems()...)
	case *pg.Node_CoalesceExpr:
		eachNode(visit, v.CoalesceExpr.GetArgs()...)
	case *pg.Node_RowExpr:
		eachNode(visit, v.RowExpr.GetArgs()...)
	case *pg.Node_AArrayExpr:
		eachNode(visit, v.AArrayExpr.GetElements()...)
	case *pg.Node_NamedArgExpr:
		eachNode(visit, v.NamedArgExpr.GetArg())
	case *pg.Node_AConst, *pg.Node_ParamRef, *pg.Node_ColumnRef, *pg.Node_String_, *pg.Node_TypeName, nil:
	case *pg.Node_FuncCall:
		c := v.FuncCall
		eachNode(visit, c.GetArgs()...)
		eachNode(visit, c.GetAggOrder()...)
		eachNode(visit, c.GetAggFilter())
		if o := c.GetOver(); o != nil {
			eachNode(visit, o.GetPartitionClause()...)
			eachNode(visit, o.GetOrderClause()...)
			eachNode(visit, o.GetStartOffset(), o.GetEndOffset())
		}
	case *pg.Node_SortBy:
		eachNode(visit, v.SortBy.GetNode())
	case *pg.Node_TypeCast:
		eachNode(visit, v.TypeCast.GetArg())
	case *pg.Node_ResTarget:
		eachNode(visit, v.ResTarget.GetIndirection()...)
		eachNode(visit, v.ResTarget.GetVal())
	case *pg.Node_NullTest:
		eachNode(visit, v.NullTest.GetArg())
	case *pg.Node_CaseExpr:
		eachNode(visit, v.CaseExpr.GetArg())
		eachNode(visit, v.CaseExpr.GetArgs()...)
		eachNode(visit, v.CaseExpr.GetDefresult())
	case *pg.Node_CaseWhen:
		eachNode(visit, v.CaseWhen.GetExpr(), v.CaseWhen.GetResult())
	default:
		pg.Below(n, visit)
	}
}

func eachNode(visit func(*pg.Node), list ...*pg.Node) {
	for _, n := range list {
		if n != nil {
			visit(n)
		}
	}
}
