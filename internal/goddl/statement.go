package goddl

import (
	"go/ast"
	"go/token"
	"slices"
)

// A signal says how a statement ended.
type signal uint8

const (
	goOn signal = iota
	nextRound
	leave // break
	returned
)

func (f *frame) block(list []ast.Stmt) signal {
	for _, s := range list {
		if sig := f.statement(s); sig != goOn {
			return sig
		}
	}
	return goOn
}

func (f *frame) statement(s ast.Stmt) signal {
	if f.steps++; f.steps > maxSteps {
		return returned
	}
	switch s := s.(type) {
	case *ast.BlockStmt:
		sig := goOn
		f.in(func() { sig = f.block(s.List) })
		return sig
	case *ast.LabeledStmt:
		return f.statement(s.Stmt)
	case *ast.ExprStmt:
		f.eval(s.X)
	case *ast.DeferStmt:
		f.eval(s.Call)
	case *ast.GoStmt:
		f.eval(s.Call)
	case *ast.SendStmt:
		f.eval(s.Value)
	case *ast.DeclStmt:
		f.declaration(s)
	case *ast.AssignStmt:
		f.assignment(s)
	case *ast.IncDecStmt:
		if v := f.eval(s.X); v.kind == ofNumber {
			f.assign(s.X, number(v.num+map[token.Token]int{token.INC: 1, token.DEC: -1}[s.Tok]), false)
		}
	case *ast.ReturnStmt:
		f.returns(s)
		return returned
	case *ast.BranchStmt:
		switch s.Tok {
		case token.CONTINUE:
			return nextRound
		case token.BREAK:
			return leave
		}
	case *ast.IfStmt:
		return f.branch(s)
	case *ast.SwitchStmt:
		return f.choice(s)
	case *ast.TypeSwitchStmt:
		f.clauses(s.Body)
	case *ast.SelectStmt:
		f.clauses(s.Body)
	case *ast.ForStmt:
		return f.loop(s)
	case *ast.RangeStmt:
		return f.ranges(s)
	}
	return goOn
}

func (f *frame) declaration(s *ast.DeclStmt) {
	gen, ok := s.Decl.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, sp := range gen.Specs {
		v, ok := sp.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for i, name := range v.Names {
			switch {
			case i < len(v.Values):
				f.scope.declare(name.Name, f.eval(v.Values[i]))
			case v.Type != nil:
				f.scope.declare(name.Name, f.zero(v.Type))
			default:
				f.scope.declare(name.Name, value{})
			}
		}
	}
}

// zero is the value of a variable that is only declared.
func (f *frame) zero(t ast.Expr) value {
	switch t := t.(type) {
	case *ast.ArrayType:
		return value{kind: ofList}
	case *ast.MapType:
		return value{kind: ofMap}
	case *ast.Ident:
		switch {
		case t.Name == "string":
			return texts(nil)
		case t.Name == "int":
			return number(0)
		case t.Name == "bool":
			return truth(false)
		case t.Name == "error":
			return value{kind: ofNil}
		case f.file.pkg.types[t.Name] != nil:
			if _, ok := f.file.pkg.types[t.Name].(*ast.StructType); ok {
				return value{kind: ofRecord, rec: &record{pkg: f.file.pkg, typ: t.Name, fields: map[string]value{}}}
			}
		}
	case *ast.SelectorExpr:
		if x, ok := t.X.(*ast.Ident); ok && (f.file.imports[x.Name] == "strings" && t.Sel.Name == "Builder" || f.file.imports[x.Name] == "bytes" && t.Sel.Name == "Buffer") {
			return value{kind: ofBuilder, buf: &text{}}
		}
	}
	return value{}
}

func (f *frame) assignment(s *ast.AssignStmt) {
	define := s.Tok == token.DEFINE
	if s.Tok == token.ADD_ASSIGN && len(s.Lhs) == 1 {
		f.assign(s.Lhs[0], f.add(f.eval(s.Lhs[0]), f.eval(s.Rhs[0])), false)
		return
	}
	var values []value
	switch {
	case len(s.Rhs) == len(s.Lhs):
		for _, e := range s.Rhs {
			values = append(values, f.eval(e))
		}
	case len(s.Rhs) == 1:
		v := f.eval(s.Rhs[0])
		switch {
		case v.kind == ofTuple:
			for _, i := range v.list {
				values = append(values, i.value)
			}
		default: // rows, err := db.Query(..); col, ok := columns[table]
			values = []value{v}
			if index, ok := ast.Unparen(s.Rhs[0]).(*ast.IndexExpr); ok {
				values = append(values, f.has(index))
			}
		}
	}
	for i, l := range s.Lhs {
		v := value{}
		if i < len(values) {
			v = values[i]
		}
		f.assign(l, v, define)
	}
}

// assign gives a variable, a field or an element a value.
func (f *frame) assign(to ast.Expr, v value, define bool) {
	switch to := to.(type) {
	case *ast.Ident:
		if to.Name == "_" {
			return
		}
		if define {
			f.scope.declare(to.Name, v)
			return
		}
		cell := f.scope.find(to.Name)
		if cell == nil {
			if sp := f.file.pkg.specs[to.Name]; sp != nil && !sp.down {
				f.global(f.file.pkg, to.Name)
				cell = sp.value
			}
		}
		if cell == nil {
			return
		}
		if f.maybe > 0 && cell.kind == ofText && len(cell.text) > 0 && v.kind == ofText {
			v = value{} // one or the other
		}
		*cell = v
	case *ast.ParenExpr:
		f.assign(to.X, v, define)
	case *ast.StarExpr:
		f.assign(to.X, v, define)
	case *ast.SelectorExpr:
		if x := f.eval(to.X); x.kind == ofRecord {
			x.rec.fields[to.Sel.Name] = v
		}
	case *ast.IndexExpr:
		x, key := f.eval(to.X), f.eval(to.Index)
		if x.kind == ofMap {
			x.pairs = append(slices.Clone(x.pairs), pair{key, v})
			f.assign(to.X, x, false)
		}
	}
}

func (f *frame) returns(s *ast.ReturnStmt) {
	var v value
	switch {
	case len(s.Results) == 1:
		v = f.eval(s.Results[0])
	case len(s.Results) > 1:
		v = value{kind: ofTuple}
		for _, e := range s.Results {
			v.list = append(v.list, item{value: f.eval(e)})
		}
	case len(f.results) > 0:
		v = value{kind: ofTuple}
		for _, name := range f.results {
			if cell := f.scope.find(name); cell != nil {
				v.list = append(v.list, item{value: *cell})
			}
		}
		if len(v.list) == 1 {
			v = v.list[0].value
		}
	}
	if f.maybe+f.doubt > f.unsure {
		if f.result == nil {
			f.result = &v // unless another one is surely returned
		}
		return
	}
	if !f.sure {
		f.result, f.sure = &v, true
	}
}

// branch runs an if statement: what a known condition chooses, else both parts. Those
// of code that sets a schema up ask mostly whether something has been done already.
func (f *frame) branch(s *ast.IfStmt) signal {
	sig := goOn
	f.in(func() {
		if s.Init != nil {
			f.statement(s.Init)
		}
		c := f.eval(s.Cond).cond
		switch {
		case c.known && c.is:
			sig = f.statement(s.Body)
		case c.known:
			if s.Else != nil {
				sig = f.statement(s.Else)
			}
		default:
			f.either(c, s)
		}
	})
	return sig
}

// either runs both parts of an if. Conditions on rows are written into the loop over
// them; of others it is not known what they keep from which row.
func (f *frame) either(c cond, s *ast.IfStmt) {
	was, doubt := len(f.conds), f.doubt
	perRow := len(f.loops) > 0 && !c.nil_
	run := func(c cond, body ast.Stmt) signal {
		if body == nil {
			return goOn
		}
		f.maybe++
		switch {
		case c.sql != "":
			f.conds = append(f.conds, c.sql)
		case perRow:
			f.doubt++
		}
		sig := f.statement(body)
		f.maybe--
		f.conds, f.doubt = f.conds[:was], doubt
		return sig
	}
	then, other := run(c, s.Body), run(c.not(), s.Else)
	if then == goOn && other == goOn {
		return
	}
	// What follows is for the rows that went the other way.
	switch {
	case c.sql != "" && then != goOn && other == goOn:
		f.conds = append(f.conds, c.not().sql)
	case c.sql != "" && then == goOn:
		f.conds = append(f.conds, c.sql)
	case perRow:
		f.doubt++
	}
}

// choice runs a switch.
func (f *frame) choice(s *ast.SwitchStmt) signal {
	sig := goOn
	f.in(func() {
		if s.Init != nil {
			f.statement(s.Init)
		}
		tag := truth(true)
		if s.Tag != nil {
			tag = f.eval(s.Tag)
		}
		var otherwise *ast.CaseClause
		for _, c := range s.Body.List {
			clause := c.(*ast.CaseClause)
			if clause.List == nil {
				otherwise = clause
			}
			met := cond{known: true}
			for _, e := range clause.List {
				v := f.eval(e)
				one := equal(tag, v)
				if s.Tag == nil {
					one = v.cond
				}
				met = or(met, one)
			}
			if met.known && met.is {
				sig = f.block(clause.Body)
				return
			}
			if !met.known {
				if len(f.loops) > 0 {
					f.doubt++
				}
				f.clauses(s.Body)
				if len(f.loops) > 0 {
					f.doubt--
				}
				return
			}
		}
		if otherwise != nil {
			sig = f.block(otherwise.Body)
		}
	})
	if sig == leave {
		return goOn
	}
	return sig
}

// clauses runs all parts of a switch or select.
func (f *frame) clauses(b *ast.BlockStmt) {
	f.maybe++
	for _, c := range b.List {
		f.in(func() {
			switch c := c.(type) {
			case *ast.CaseClause:
				f.block(c.Body)
			case *ast.CommClause:
				f.block(c.Body)
			}
		})
	}
	f.maybe--
}
