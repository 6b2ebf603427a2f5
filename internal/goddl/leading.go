package goddl

import (
	"go/ast"
	"go/token"
	"strconv"
)

// leading names the functions in the directories that may lead to a statement: those
// with one in a string, and those that name such a function, or a constant or variable
// with one. Others are run for what they return only.
func (m *Module) leading(dirs []string) map[string]bool {
	uses := map[string][]string{} // name → declarations that use it
	leads := map[string]bool{}
	var todo []string
	for _, dir := range dirs {
		p := m.load(dir)
		if p == nil {
			continue
		}
		for _, f := range p.files {
			for _, d := range f.ast.Decls {
				for _, n := range declared(d) {
					ast.Inspect(n.node, func(node ast.Node) bool {
						switch node := node.(type) {
						case *ast.Ident:
							if node.Name != n.name {
								uses[node.Name] = append(uses[node.Name], n.name)
							}
						case *ast.BasicLit:
							if node.Kind == token.STRING && !leads[n.name] && holdsDDL(node.Value) {
								leads[n.name] = true
								todo = append(todo, n.name)
							}
						}
						return true
					})
				}
			}
		}
	}
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, by := range uses[name] {
			if !leads[by] {
				leads[by] = true
				todo = append(todo, by)
			}
		}
	}
	return leads
}

func holdsDDL(lit string) bool {
	text, err := strconv.Unquote(lit)
	return err == nil && ddl().MatchString(text)
}

// A decl is a name with what it stands for.
type decl struct {
	name string
	node ast.Node
}

// declared are the functions, constants and variables of a declaration.
func declared(d ast.Decl) []decl {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return []decl{{d.Name.Name, d}}
	case *ast.GenDecl:
		var out []decl
		for _, s := range d.Specs {
			if v, ok := s.(*ast.ValueSpec); ok {
				for _, n := range v.Names {
					out = append(out, decl{n.Name, v})
				}
			}
		}
		return out
	}
	return nil
}
