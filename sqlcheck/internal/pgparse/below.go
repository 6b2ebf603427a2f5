package pgparse

import "google.golang.org/protobuf/reflect/protoreflect"

// Below visits the nodes directly below one, in the order of the grammar's fields.
func Below(n *Node, visit func(*Node)) {
	if n == nil || n.GetNode() == nil {
		return
	}
	m := n.ProtoReflect()
	if fd := m.WhichOneof(m.Descriptor().Oneofs().Get(0)); fd != nil {
		belowMessage(m.Get(fd).Message(), visit)
	}
}

func belowMessage(m protoreflect.Message, visit func(*Node)) {
	child := func(m protoreflect.Message) {
		if n, ok := m.Interface().(*Node); ok {
			visit(n)
			return
		}
		belowMessage(m, visit)
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if fd.Message() == nil || !m.Has(fd) {
			continue
		}
		if !fd.IsList() {
			child(m.Get(fd).Message())
			continue
		}
		list := m.Get(fd).List()
		for j := range list.Len() {
			child(list.Get(j).Message())
		}
	}
}
