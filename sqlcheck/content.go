package sqlcheck

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A content is what an expression is made of: placeholders and holes.
type content struct {
	*walker
	params map[int]bool
	holes  []int
	marked bool
}

const maxLooked = 50_000

func (c *content) node(n *pg.Node) {
	// Calls of set_config nest, and each looks at all of its arguments.
	if c.looked++; n == nil || c.looked > maxLooked {
		return
	}
	if p := n.GetParamRef(); p != nil && int(p.GetNumber()) < firstMarkerParam {
		if c.params == nil {
			c.params = map[int]bool{}
		}
		c.params[int(p.GetNumber())] = true
		return
	}
	c.message(n.ProtoReflect())
}

func (c *content) message(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		fd := fields.Get(i)
		if !m.Has(fd) {
			continue
		}
		v := m.Get(fd)
		switch {
		case fd.IsList() && fd.Message() != nil:
			for j := range v.List().Len() {
				c.child(v.List().Get(j).Message())
			}
		case fd.Message() != nil:
			c.child(v.Message())
		case fd.Kind() == protoreflect.StringKind && !fd.IsList():
			ids, found := c.markers(v.String())
			c.holes = append(c.holes, ids...)
			c.marked = c.marked || found
		}
	}
}

func (c *content) child(m protoreflect.Message) {
	if n, ok := m.Interface().(*pg.Node); ok {
		c.node(n)
		return
	}
	c.message(m)
}
