package mutant

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A setting is a statement of the program that sets the tenant's context on a
// handle, or takes it away, with what looks at its error.
type setting struct {
	place
	block []ast.Stmt
	i, j  int // block[i:j]
	call  *ast.CallExpr
	// assign is the statement or the head of the if that takes the call's results;
	// nil when nothing does.
	assign *ast.AssignStmt
	reset  bool
	label  string // what is changed, for people
}

// settingsIn finds them in a file. Those in a return are found as well; they have
// no place for anything after them.
func (pl place) settingsIn() []setting {
	var out []setting
	for _, block := range pl.blocks() {
		for i, s := range block {
			if set, ok := pl.setting(block, i, s); ok {
				out = append(out, set)
			}
		}
	}
	return out
}

// blocks lists the statement lists of a file, outer ones first.
func (pl place) blocks() [][]ast.Stmt {
	var out [][]ast.Stmt
	ast.Inspect(pl.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			out = append(out, n.List)
		case *ast.CaseClause:
			out = append(out, n.Body)
		case *ast.CommClause:
			out = append(out, n.Body)
		}
		return true
	})
	return out
}

func (pl place) setting(block []ast.Stmt, i int, s ast.Stmt) (setting, bool) {
	set := setting{place: pl, block: block, i: i, j: i + 1}
	switch s := s.(type) {
	case *ast.ExprStmt:
		set.call, _ = ast.Unparen(s.X).(*ast.CallExpr)
	case *ast.ReturnStmt:
		if len(s.Results) == 1 {
			set.call, _ = ast.Unparen(s.Results[0]).(*ast.CallExpr)
		}
	case *ast.AssignStmt:
		set.assign = s
	case *ast.IfStmt:
		set.assign, _ = s.Init.(*ast.AssignStmt)
		if s.Else != nil {
			return setting{}, false
		}
	}
	if set.assign != nil {
		if len(set.assign.Rhs) != 1 {
			return setting{}, false
		}
		set.call, _ = ast.Unparen(set.assign.Rhs[0]).(*ast.CallExpr)
	}
	if set.call == nil || !set.changesContext() {
		return setting{}, false
	}
	if _, ok := s.(*ast.AssignStmt); ok {
		set.j = pl.checked(block, i)
	}
	return set, true
}

// checked returns the end of the statements that belong to block[i]: itself, and
// an if that looks at the error it assigns.
func (pl place) checked(block []ast.Stmt, i int) int {
	assign, ok := block[i].(*ast.AssignStmt)
	if !ok || i+1 >= len(block) {
		return i + 1
	}
	check, ok := block[i+1].(*ast.IfStmt)
	if !ok || check.Init != nil || check.Else != nil {
		return i + 1
	}
	for _, l := range assign.Lhs {
		id, ok := l.(*ast.Ident)
		if ok && id.Name != "_" && strings.HasPrefix(pl.text(check.Cond), id.Name+" ") && isError(pl.pkg.TypesInfo.TypeOf(id)) {
			return i + 2
		}
	}
	return i + 1
}

// changesContext decides whether the call does, and labels it.
func (s *setting) changesContext() bool {
	for _, arg := range s.call.Args {
		if _, ok := arg.(*ast.FuncLit); ok {
			return false
		}
	}
	for _, text := range s.constants(s.call) {
		for _, reset := range []bool{false, true} {
			if changed := s.changes(text, reset); len(changed) > 0 && !s.touchesTenant(text) {
				s.reset, s.label = reset, changed[0].Name
				return true
			}
		}
	}
	if s.calls(s.call, (*function).isSetter) {
		s.label = s.text(s.call.Fun)
		return true
	}
	return false
}

// what is the source of the setting on one line.
func (s setting) what() string { return oneLine(s.text(s.call)) }

func (s setting) start() int { return s.offset(s.block[s.i].Pos()) }

func (s setting) end() int { return s.offset(s.block[s.j-1].End()) }

// edit replaces the whole setting.
func (s setting) edit(text string) []Edit { return []Edit{{s.start(), s.end(), text}} }

func (s setting) source() string { return string(s.texts[s.path][s.start():s.end()]) }

// blanks is as many blank identifiers as the call has results; "" without any.
func (s setting) blanks() string {
	switch t := s.pkg.TypesInfo.TypeOf(s.call).(type) {
	case nil:
		return ""
	case *types.Tuple:
		return strings.TrimSuffix(strings.Repeat("_, ", t.Len()), ", ")
	default:
		return "_"
	}
}

// returns reports whether the setting is the function's result.
func (s setting) returns() bool {
	_, ok := s.block[s.i].(*ast.ReturnStmt)
	return ok
}

// isIf reports whether it is the head of an if.
func (s setting) isIf() bool {
	_, ok := s.block[s.i].(*ast.IfStmt)
	return ok
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > 100 {
		text = text[:97] + "..."
	}
	return text
}

// scope is the innermost scope of the type checker at a position.
func (pl place) scope(pos token.Pos) *types.Scope {
	if scope := pl.pkg.TypesInfo.Scopes[pl.file]; scope != nil {
		return scope.Innermost(pos)
	}
	return nil
}
