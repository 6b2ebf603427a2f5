package schema

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// walk calls visit for n and the nodes below it, parents first and in the
// order of the grammar's fields; visit returns false to leave out what is below.
func walk(n *pg.Node, visit func(*pg.Node) bool) {
	if n == nil || n.GetNode() == nil || !visit(n) {
		return
	}
	m := n.ProtoReflect()
	if set := m.WhichOneof(m.Descriptor().Oneofs().Get(0)); set != nil {
		walkMessage(m.Get(set).Message(), visit)
	}
}

func walkMessage(m protoreflect.Message, visit func(*pg.Node) bool) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.Kind() != protoreflect.MessageKind || !m.Has(f) {
			continue
		}
		if !f.IsList() {
			descend(m.Get(f).Message(), visit)
			continue
		}
		list := m.Get(f).List()
		for j := range list.Len() {
			descend(list.Get(j).Message(), visit)
		}
	}
}

func descend(m protoreflect.Message, visit func(*pg.Node) bool) {
	switch m := m.Interface().(type) {
	case *pg.Node:
		walk(m, visit)
	case *pg.RangeVar: // not wrapped in a Node where the grammar allows nothing else
		visit(&pg.Node{Node: &pg.Node_RangeVar{RangeVar: m}})
	case *pg.SelectStmt: // the arms of a UNION
		walk(&pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: m}}, visit)
	default:
		walkMessage(m.ProtoReflect(), visit)
	}
}
