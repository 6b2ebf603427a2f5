package sqltext

import (
	"text/template/parse"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// A text/template whose text is known is a text with holes where it writes
// values, and with alternatives where it decides.

const (
	templateExecute      = "(*text/template.Template).Execute"
	templateExecuteNamed = "(*text/template.Template).ExecuteTemplate"
)

// maxTemplates bounds the templates within templates.
const maxTemplates = 8

// executed is what a template writes; name is the one of its templates that is
// executed, nil for itself.
func (r *Resolver) executed(tpl, name ssa.Value, at *ssa.BasicBlock) Text {
	const cause = "text of a template"
	source, ok := r.templateSource(tpl, at)
	if !ok || len(source.Templates) != 1 {
		return fragment(sqlcheck.Free, cause)
	}
	text, ok := source.Templates[0].Const()
	if !ok {
		return fragment(sqlcheck.Free, cause)
	}
	root := parse.New("sql")
	root.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := root.Parse(text, "", "", trees); err != nil {
		return fragment(sqlcheck.Free, cause)
	}
	if name != nil {
		if root = trees[constString(name)]; root == nil {
			return fragment(sqlcheck.Free, cause)
		}
	}
	w := templateWriter{r, trees}
	return w.list(root.Root, 0)
}

// templateSource follows a template to the text that it was parsed from.
func (r *Resolver) templateSource(v ssa.Value, at *ssa.BasicBlock) (Text, bool) {
	for range 8 {
		switch x := v.(type) {
		case *ssa.Extract:
			if x.Index != 0 {
				return Text{}, false
			}
			v = x.Tuple
		case *ssa.UnOp:
			stored, ok := r.storedIn(x.X)
			if !ok || len(stored) != 1 {
				return Text{}, false
			}
			v = stored[0]
		case *ssa.Call:
			fn := x.Call.StaticCallee()
			if fn == nil {
				return Text{}, false
			}
			switch fullName(fn) {
			case "text/template.Must", "(*text/template.Template).Funcs", "(*text/template.Template).Option":
				v = x.Call.Args[0]
			case "(*text/template.Template).Parse":
				return r.at(x.Call.Args[1], x.Block()), true
			default:
				return Text{}, false
			}
		default:
			return Text{}, false
		}
	}
	return Text{}, false
}

// storedIn lists what is stored in a variable of the function or the package.
func (r *Resolver) storedIn(addr ssa.Value) ([]ssa.Value, bool) {
	switch addr := addr.(type) {
	case *ssa.Global:
		return r.places().ofGlobal(addr)
	case *ssa.FieldAddr:
		return r.places().ofField(fieldAt(addr))
	}
	if only := onlyStored(addr); only != nil {
		return []ssa.Value{only}, true
	}
	return nil, false
}

// A templateWriter turns the nodes of a template into what they write.
type templateWriter struct {
	*Resolver
	trees map[string]*parse.Tree
}

func (w templateWriter) list(l *parse.ListNode, depth int) Text {
	t := plain("")
	if l == nil {
		return t
	}
	for _, n := range l.Nodes {
		t = w.concat(t, w.node(n, depth))
	}
	return t
}

func (w templateWriter) node(n parse.Node, depth int) Text {
	switch n := n.(type) {
	case *parse.TextNode:
		return plain(string(n.Text))
	case *parse.ActionNode:
		if len(n.Pipe.Decl) > 0 {
			return plain("") // it assigns
		}
		if s, ok := constantOf(n.Pipe); ok {
			return plain(s)
		}
		return fragment(sqlcheck.Free, "value that a template writes")
	case *parse.IfNode:
		return w.union(w.list(n.List, depth), w.list(n.ElseList, depth))
	case *parse.WithNode:
		return w.union(w.list(n.List, depth), w.list(n.ElseList, depth))
	case *parse.RangeNode:
		return w.union(w.anyNumber(w.list(n.List, depth)), w.list(n.ElseList, depth))
	case *parse.TemplateNode:
		if tree := w.trees[n.Name]; tree != nil && depth < maxTemplates {
			return w.list(tree.Root, depth+1)
		}
		return fragment(sqlcheck.Free, "text of a template")
	}
	return plain("") // comments, breaks
}

// constantOf returns the text that {{ "constant" }} writes.
func constantOf(p *parse.PipeNode) (string, bool) {
	if len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 1 {
		return "", false
	}
	s, ok := p.Cmds[0].Args[0].(*parse.StringNode)
	if !ok {
		return "", false
	}
	return s.Text, true
}
