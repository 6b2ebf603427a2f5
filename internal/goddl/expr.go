package goddl

import (
	"go/ast"
	"go/token"
	"strconv"
)

// eval says what an expression comes to.
func (f *frame) eval(e ast.Expr) value {
	if f.steps++; f.steps > maxSteps {
		return value{}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.eval(e.X)
	case *ast.BasicLit:
		return f.basic(e)
	case *ast.Ident:
		return f.ident(e)
	case *ast.BinaryExpr:
		return f.binary(e)
	case *ast.UnaryExpr:
		v := f.eval(e.X)
		switch e.Op {
		case token.AND:
			return v
		case token.NOT:
			return value{kind: ofBool, cond: v.cond.not()}
		case token.SUB:
			if v.kind == ofNumber {
				return number(-v.num)
			}
		}
	case *ast.StarExpr:
		return f.eval(e.X)
	case *ast.CompositeLit:
		return f.composite(e, e.Type)
	case *ast.FuncLit:
		return value{kind: ofFunc, fn: &closure{file: f.file, typ: e.Type, body: e.Body, scope: f.scope, node: e}}
	case *ast.SelectorExpr:
		return f.selector(e)
	case *ast.IndexExpr:
		return f.index(e)
	case *ast.SliceExpr:
		return f.slice(e)
	case *ast.CallExpr:
		return f.call(e)
	case *ast.TypeAssertExpr:
		return f.eval(e.X)
	}
	return value{}
}

func (f *frame) basic(e *ast.BasicLit) value {
	switch e.Kind {
	case token.STRING:
		s, err := strconv.Unquote(e.Value)
		if err != nil {
			return value{}
		}
		return texts(text{{text: s, file: f.file, line: f.m.fset.Position(e.Pos()).Line, raw: e.Value[0] == '`', lit: e.Pos()}})
	case token.INT:
		if n, err := strconv.Atoi(e.Value); err == nil {
			return number(n)
		}
	}
	return value{}
}

func (f *frame) ident(e *ast.Ident) value {
	if v := f.scope.find(e.Name); v != nil {
		return *v
	}
	switch e.Name {
	case "nil":
		return value{kind: ofNil}
	case "true", "false":
		return truth(e.Name == "true")
	}
	return f.global(f.file.pkg, e.Name)
}

// global is a constant, variable or function of a package.
func (f *frame) global(p *pkg, name string) value {
	if fn := p.funcs[name]; fn != nil {
		return value{kind: ofFunc, fn: fn}
	}
	s := p.specs[name]
	if s == nil || s.down || p.running[name] {
		return value{}
	}
	if s.value == nil {
		p.running[name] = true
		in := &frame{run: f.run, file: s.file, scope: inside(nil)}
		v := value{}
		switch {
		case s.expr != nil:
			if v = in.eval(s.expr); v.kind == ofTuple {
				if s.index < len(v.list) {
					v = v.list[s.index].value
				} else {
					v = value{}
				}
			}
		case s.typ != nil:
			v = in.zero(s.typ)
		}
		s.value = &v
		delete(p.running, name)
	}
	return *s.value
}

func (f *frame) binary(e *ast.BinaryExpr) value {
	x := f.eval(e.X)
	y := f.eval(e.Y)
	bool_ := func(c cond) value { return value{kind: ofBool, cond: c} }
	switch e.Op {
	case token.ADD:
		return f.add(x, y)
	case token.EQL:
		return bool_(equal(x, y))
	case token.NEQ:
		return bool_(equal(x, y).not())
	case token.LAND:
		return bool_(and(x.cond, y.cond))
	case token.LOR:
		return bool_(or(x.cond, y.cond))
	}
	if x.kind == ofNumber && y.kind == ofNumber {
		switch e.Op {
		case token.LSS:
			return truth(x.num < y.num)
		case token.LEQ:
			return truth(x.num <= y.num)
		case token.GTR:
			return truth(x.num > y.num)
		case token.GEQ:
			return truth(x.num >= y.num)
		case token.SUB:
			return number(x.num - y.num)
		case token.MUL:
			return number(x.num * y.num)
		case token.REM:
			if y.num != 0 {
				return number(x.num % y.num)
			}
		}
	}
	return value{}
}

// add is the sum of numbers or texts.
func (f *frame) add(x, y value) value {
	if x.kind == ofNumber && y.kind == ofNumber {
		return number(x.num + y.num)
	}
	if x.kind != ofText && y.kind != ofText {
		return value{}
	}
	sum := append(append(text(nil), x.asText()...), y.asText()...)
	if len(sum) > maxText>>6 {
		return value{}
	}
	return texts(sum)
}

// composite is a literal of a list, a map or a struct.
func (f *frame) composite(e *ast.CompositeLit, t ast.Expr) value {
	p, in := f.file.pkg, f.file
	name := ""
	for range 5 { // names of types
		switch named := t.(type) {
		case *ast.StarExpr:
			t = named.X
			continue
		case *ast.Ident:
			if p.types[named.Name] != nil {
				name = named.Name
				t, in = p.types[named.Name], p.typesIn[named.Name]
				continue
			}
		case *ast.SelectorExpr:
			if x, ok := named.X.(*ast.Ident); ok {
				if o := f.m.imported(in, x.Name); o != nil && o.types[named.Sel.Name] != nil {
					p, name = o, named.Sel.Name
					t, in = o.types[name], o.typesIn[name]
					continue
				}
				if isIdentifier(in, named) {
					return f.elements(e, nil)
				}
			}
		}
		break
	}
	switch t := t.(type) {
	case *ast.ArrayType:
		return f.elements(e, t.Elt)
	case *ast.MapType:
		out := value{kind: ofMap}
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				out.pairs = append(out.pairs, pair{f.element(kv.Key, t.Key), f.element(kv.Value, t.Value)})
			}
		}
		return out
	case *ast.StructType:
		fields := fieldNames(t)
		rec := &record{pkg: p, typ: name, fields: map[string]value{}}
		for i, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				if field := baseName(kv.Key); !f.m.Down(field) {
					rec.fields[field] = f.element(kv.Value, nil)
				}
				continue
			}
			if i < len(fields) && !f.m.Down(fields[i]) {
				rec.fields[fields[i]] = f.element(elt, nil)
			}
		}
		return value{kind: ofRecord, rec: rec}
	}
	for _, elt := range e.Elts { // of a type from elsewhere
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if !f.m.Down(baseName(kv.Key)) {
				f.eval(kv.Value)
			}
			continue
		}
		f.eval(elt)
	}
	return value{}
}

// elements are those of a list.
func (f *frame) elements(e *ast.CompositeLit, t ast.Expr) value {
	out := value{kind: ofList}
	for _, elt := range e.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			elt = kv.Value // by its index
		}
		out.list = append(out.list, item{value: f.element(elt, t)})
	}
	return out
}

// element is one whose type its literal may leave out.
func (f *frame) element(e, t ast.Expr) value {
	if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
		return f.composite(lit, t)
	}
	return f.eval(e)
}

// isIdentifier reports whether a type is pgx's of a name with its schema.
func isIdentifier(in *file, t *ast.SelectorExpr) bool {
	x, ok := t.X.(*ast.Ident)
	return ok && t.Sel.Name == "Identifier" && importName(in.imports[x.Name]) == "pgx"
}

func (f *frame) selector(e *ast.SelectorExpr) value {
	if x, ok := e.X.(*ast.Ident); ok && f.scope.find(x.Name) == nil {
		if p := f.m.imported(f.file, x.Name); p != nil {
			return f.global(p, e.Sel.Name)
		}
		if f.file.imports[x.Name] != "" {
			return value{}
		}
	}
	x := f.eval(e.X)
	if x.kind != ofRecord {
		return value{}
	}
	if v, ok := x.rec.fields[e.Sel.Name]; ok {
		return v
	}
	if x.rec.typ == "" {
		return value{}
	}
	if fn := x.rec.pkg.method(x.rec.typ, e.Sel.Name); fn != nil {
		bound := *fn
		bound.self = &x
		return value{kind: ofFunc, fn: &bound}
	}
	// A constructor gives the field what it has.
	if expr, in := x.rec.pkg.defaultField(x.rec.typ, e.Sel.Name); expr != nil {
		return (&frame{run: f.run, file: in, scope: inside(nil)}).eval(expr)
	}
	return value{}
}

func (f *frame) index(e *ast.IndexExpr) value {
	x, i := f.eval(e.X), f.eval(e.Index)
	switch {
	case x.kind == ofList && i.kind == ofNumber && i.num >= 0 && i.num < len(x.list) && len(x.list[i.num].per) == 0:
		return x.list[i.num].value
	case x.kind == ofMap:
		key, ok := i.key()
		if !ok {
			if c := f.keyed(x, i); c.sql != "" && isSet(x) {
				return value{kind: ofBool, cond: c}
			}
			return value{}
		}
		for j := range x.pairs {
			p := x.pairs[len(x.pairs)-1-j]
			if k, ok := p.key.key(); ok && k == key {
				return p.val
			}
		}
		if isSet(x) {
			return truth(false)
		}
		return value{}
	case x.kind == ofFunc: // type arguments
		return x
	}
	return value{}
}

// isSet reports whether a map says true of all its keys.
func isSet(x value) bool {
	for _, p := range x.pairs {
		if p.val.kind != ofBool || !p.val.cond.known || !p.val.cond.is {
			return false
		}
	}
	return len(x.pairs) > 0
}

// has says whether a map has a key.
func (f *frame) has(e *ast.IndexExpr) value {
	x, i := f.eval(e.X), f.eval(e.Index)
	if x.kind != ofMap {
		return value{}
	}
	return value{kind: ofBool, cond: f.keyed(x, i)}
}

func (f *frame) keyed(x, key value) cond {
	found := cond{known: true}
	for _, p := range x.pairs {
		found = or(found, equal(p.key, key))
	}
	return found
}

func (f *frame) slice(e *ast.SliceExpr) value {
	x := f.eval(e.X)
	if x.kind != ofList {
		return value{}
	}
	low, high := 0, len(x.list)
	if e.Low != nil {
		v := f.eval(e.Low)
		if v.kind != ofNumber {
			return value{}
		}
		low = v.num
	}
	if e.High != nil {
		v := f.eval(e.High)
		if v.kind != ofNumber {
			return value{}
		}
		high = v.num
	}
	if low < 0 || high > len(x.list) || low > high {
		return value{}
	}
	x.list = x.list[low:high]
	return x
}
