package mutant

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

func dropSet(pl place) []candidate {
	return pl.eachSetting(false, func(s setting) [][]Edit { return s.removals() })
}

func noReset(pl place) []candidate {
	out := pl.eachSetting(true, func(s setting) [][]Edit { return s.removals() })
	return append(out, pl.deferredResets()...)
}

// removals take the statement out.
func (s setting) removals() [][]Edit {
	switch {
	case s.returns():
		return [][]Edit{s.edit("return nil")}
	case s.assign != nil && !s.isIf():
		var declare []string
		for _, l := range s.assign.Lhs {
			if id, ok := l.(*ast.Ident); ok && id.Name != "_" {
				declare = append(declare, fmt.Sprintf("var %s %s", id.Name, types.TypeString(s.pkg.TypesInfo.TypeOf(id), types.RelativeTo(s.pkg.Types))))
			}
		}
		return [][]Edit{s.edit(""), s.edit(strings.Join(declare, "\n"))}
	}
	return [][]Edit{s.edit("")}
}

// lateSet moves the statement behind the first one after it that queries.
func lateSet(pl place) []candidate {
	return pl.eachSetting(false, func(s setting) [][]Edit {
		if s.returns() {
			return nil
		}
		for k := s.j; k < len(s.block); k++ {
			switch s.block[k].(type) {
			case *ast.ReturnStmt, *ast.DeferStmt:
				return nil
			}
			if !s.queries(s.block[k]) {
				continue
			}
			last := s.checked(s.block, k)
			rest := s.texts[s.path][s.end():s.offset(s.block[last-1].End())]
			move := func(text string) []Edit {
				return []Edit{{s.start(), s.offset(s.block[last-1].End()), strings.TrimSpace(string(rest)) + "\n" + text}}
			}
			return [][]Edit{move(s.source()), move("{\n" + s.source() + "\n}")}
		}
		return nil
	})
}

// queries reports whether a statement sends something on a tenant relation, or
// calls what it was given to.
func (pl place) queries(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		found = found || pl.touches(call) || pl.callsParameter(call)
		return !found
	})
	return found
}

// touches reports whether a call sends something on a tenant relation, itself or
// through functions of the program.
func (pl place) touches(call *ast.CallExpr) bool {
	for _, text := range pl.constants(call) {
		if pl.touchesTenant(text) {
			return true
		}
	}
	return pl.calls(call, func(f *function) bool { return f.touches })
}

// branchSet makes the statement depend on something that has nothing to do with it.
func branchSet(pl place) []candidate {
	return pl.eachSetting(false, func(s setting) [][]Edit {
		cond := s.condition(s.block[s.i].Pos())
		if cond == "" {
			return nil
		}
		wrap := func(text string) string { return "if " + cond + " {\n" + text + "\n}" }
		if s.returns() {
			return [][]Edit{s.edit(wrap(s.source()) + "\nreturn nil")}
		}
		out := [][]Edit{s.edit(wrap(s.source()))}
		if s.assign != nil && !s.isIf() && s.assign.Tok == token.DEFINE {
			for _, e := range s.removals()[1:] {
				assigned := s.text(s.assign.Lhs[0])
				for _, l := range s.assign.Lhs[1:] {
					assigned += ", " + s.text(l)
				}
				rest := string(s.texts[s.path][s.offset(s.assign.End()):s.end()])
				out = append(out, s.edit(e[0].New+"\n"+wrap(assigned+" = "+s.text(s.assign.Rhs[0])+rest)))
			}
		}
		return out
	})
}

// condition is false in the runs that matter, which no analysis can know.
func (pl place) condition(pos token.Pos) string {
	for _, v := range pl.variables(pos) {
		if isContext(v.Type()) {
			return v.Name() + `.Value("tenant") != nil`
		}
	}
	for _, v := range pl.variables(pos) {
		if types.TypeString(v.Type(), nil) == "*net/http.Request" {
			return v.Name() + `.Header.Get("X-Debug") != ""`
		}
	}
	for _, v := range pl.variables(pos) {
		if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Kind() == types.String {
			return v.Name() + ` == ""`
		}
	}
	return ""
}

func ignoreSet(pl place) []candidate {
	return pl.eachSetting(false, setting.ignored)
}

func ignoreReset(pl place) []candidate {
	return pl.eachSetting(true, setting.ignored)
}

// ignored drops the call's results.
func (s setting) ignored() [][]Edit {
	call, blanks := s.text(s.call), s.blanks()
	if blanks == "" {
		return nil
	}
	text := blanks + " = " + call
	switch {
	case s.returns():
		return [][]Edit{s.edit(text + "\nreturn nil")}
	case s.assign == nil, s.j == s.i+1 && !s.isIf():
		return nil // it is already, or looked at later
	}
	out := [][]Edit{s.edit(text)}
	if r := s.removals(); len(r) > 1 {
		out = append(out, s.edit(r[1][0].New+"\n"+text))
	}
	return out
}

func (pl place) eachSetting(reset bool, edits func(setting) [][]Edit) []candidate {
	var out []candidate
	for _, s := range pl.settingsIn() {
		if s.reset != reset {
			continue
		}
		if alternatives := edits(s); len(alternatives) > 0 {
			out = append(out, candidate{s.call.Pos(), s.what(), alternatives})
		}
	}
	return out
}

// deferredResets are resets that a defer sends.
func (pl place) deferredResets() []candidate {
	var out []candidate
	ast.Inspect(pl.file, func(n ast.Node) bool {
		d, ok := n.(*ast.DeferStmt)
		if !ok {
			return true
		}
		for _, text := range pl.constants(d.Call) {
			if pl.resetsContext(text) {
				out = append(out, candidate{d.Pos(), oneLine(pl.text(d)), [][]Edit{{pl.replace(d, "")}}})
				break
			}
		}
		return true
	})
	return out
}
