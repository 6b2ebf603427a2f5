package plpgsql

import (
	"strings"
)

// Parse reads a body; false when it is not one.
func Parse(body string) (Stmt, bool) {
	p := &parser{src: body, ts: tokens(body)}
	p.options()
	p.label()
	s, ok := p.block()
	return s, ok && !p.failed
}

type parser struct {
	src    string
	ts     []token
	i      int
	depth  int
	failed bool
}

// maxDepth bounds the nesting of blocks; the server's own limit is its stack.
const maxDepth = 200

func (p *parser) peek(n int) token {
	if p.i+n < len(p.ts) {
		return p.ts[p.i+n]
	}
	var end token
	end.Start, end.End = len(p.src), len(p.src)
	return end
}

func (p *parser) at(words ...string) bool {
	for n, w := range words {
		if !p.peek(n).is(w) {
			return false
		}
	}
	return true
}

func (p *parser) accept(words ...string) bool {
	if p.at(words...) {
		p.i += len(words)
		return true
	}
	return false
}

func (p *parser) done() bool { return p.i >= len(p.ts) || p.failed }

// options skips those for the compiler, such as #variable_conflict use_column.
func (p *parser) options() {
	for p.accept("#") {
		p.i += 2
	}
}

// label skips <<name>>.
func (p *parser) label() {
	if p.accept("<<") {
		p.i++
		p.accept(">>")
	}
}

// until returns the source up to one of the marks outside parentheses and CASE
// expressions, and stops before the mark.
func (p *parser) until(marks ...string) Expr {
	start := p.peek(0).Start
	end := start
	parens, cases := 0, 0
	for ; !p.done(); p.i++ {
		t := p.ts[p.i]
		if parens <= 0 && cases <= 0 {
			for _, m := range marks {
				if t.is(m) {
					return Expr{p.src[start:end], start}
				}
			}
		}
		switch {
		case t.is("(") || t.is("["):
			parens++
		case t.is(")") || t.is("]"):
			parens--
		case t.is("case"):
			cases++
		case t.is("end") && cases > 0:
			cases--
		case t.is(";"): // never part of an expression
			return Expr{p.src[start:end], start}
		}
		end = t.End
	}
	return Expr{p.src[start:end], start}
}

// semicolon moves past the end of the statement.
func (p *parser) semicolon() {
	p.until(";")
	p.accept(";")
}

// block reads [DECLARE ..] BEGIN .. END.
func (p *parser) block() (Stmt, bool) {
	s := Stmt{Kind: Block, Offset: p.peek(0).Start}
	if p.accept("declare") {
		for !p.done() && !p.at("begin") {
			if p.accept("declare") {
				continue
			}
			p.label()
			s.Decls = append(s.Decls, p.declaration())
		}
	}
	if !p.accept("begin") {
		return s, false
	}
	s.Body = p.statements()
	if p.accept("exception") {
		for p.accept("when") {
			c := Catch{Conditions: p.conditions("then")}
			p.accept("then")
			c.Body = p.statements()
			s.Catches, s.Handlers = append(s.Catches, c), append(s.Handlers, c.Body...)
		}
	}
	p.accept("end")
	p.semicolon()
	return s, true
}

// conditions reads names and codes of errors: duplicate_object OR SQLSTATE '42P07'.
func (p *parser) conditions(mark string) []string {
	var out []string
	for !p.done() && !p.at(mark) && !p.at(";") {
		switch t := p.peek(0); {
		case t.is("or"), t.is("sqlstate"):
		default:
			out = append(out, strings.ToLower(strings.Trim(t.Text(p.src), "'")))
		}
		p.i++
	}
	return out
}

func (p *parser) declaration() Decl {
	d := Decl{Name: p.peek(0).text}
	p.i++
	if p.cursor() {
		d.Type = "refcursor"
		d.Query = p.until(";")
		p.semicolon()
		return d
	}
	p.accept("constant")
	d.Type = p.until("default", ":=", "=", "not").Text
	if p.accept("not") {
		p.accept("null")
	}
	if p.accept("default") || p.accept(":=") || p.accept("=") {
		d.Init = p.until(";")
	}
	p.semicolon()
	return d
}

// cursor reads [[NO] SCROLL] CURSOR [(arguments)] FOR.
func (p *parser) cursor() bool {
	n := 0
	for p.peek(n).is("no") || p.peek(n).is("scroll") {
		n++
	}
	if !p.peek(n).is("cursor") {
		return false
	}
	p.until("for", "is")
	return p.accept("for") || p.accept("is")
}

// statements reads until a word that ends a list of them.
func (p *parser) statements() []Stmt {
	if p.depth++; p.depth > maxDepth {
		p.failed = true
	}
	defer func() { p.depth-- }()
	var out []Stmt
	for !p.done() {
		p.label()
		t := p.peek(0)
		if t.is("end") || t.is("else") || t.is("elsif") || t.is("elseif") || t.is("exception") || t.is("when") {
			return out
		}
		before := p.i
		out = append(out, p.statement())
		if p.i == before {
			p.i++
		}
	}
	return out
}

func (p *parser) statement() Stmt {
	s := Stmt{Offset: p.peek(0).Start}
	switch {
	case p.at("declare"), p.at("begin"):
		s, _ = p.block()
	case p.accept("if"):
		p.ifStatement(&s)
	case p.accept("case"):
		p.caseStatement(&s)
	case p.accept("loop"):
		s.Kind = Loop
		p.loopBody(&s)
	case p.accept("while"):
		s.Kind = Loop
		s.Expr = p.until("loop")
		p.accept("loop")
		p.loopBody(&s)
	case p.accept("foreach"):
		p.foreach(&s)
	case p.accept("for"):
		p.forLoop(&s)
	case p.accept("execute"):
		p.execute(&s)
	case p.accept("perform"):
		s.Kind = Perform
		s.Expr = p.until(";")
		p.semicolon()
	case p.accept("return"):
		p.returnStatement(&s)
	case p.accept("exit"), p.accept("continue"):
		s.Kind = Exit
		if p.ts[p.i-1].is("continue") {
			s.Kind = Continue
		}
		if p.until("when"); p.accept("when") {
			s.Expr = p.until(";")
		}
		p.semicolon()
	case p.accept("open"):
		p.open(&s)
	case p.at("get"), p.at("fetch"):
		s.Into = p.targets(";") // more than those, which does no harm
		p.semicolon()
	case p.accept("raise"):
		p.raise(&s)
	case p.accept("assert"):
		p.raise(&s)
		s.Raises = "" // no handler of OTHERS is for it
	case p.at("null"), p.at("move"), p.at("close"):
		p.semicolon()
	default:
		p.assignmentOrSQL(&s)
	}
	return s
}

func (p *parser) ifStatement(s *Stmt) {
	s.Kind = If
	for {
		b := Branch{When: p.until("then")}
		p.accept("then")
		b.Body = p.statements()
		s.Branches = append(s.Branches, b)
		if !p.accept("elsif") && !p.accept("elseif") {
			break
		}
	}
	if p.accept("else") {
		s.Body = p.statements()
	}
	p.accept("end", "if")
	p.semicolon()
}

func (p *parser) caseStatement(s *Stmt) {
	s.Kind = If
	s.Subject = p.until("when")
	for p.accept("when") {
		b := Branch{When: p.until("then")}
		p.accept("then")
		b.Body = p.statements()
		s.Branches = append(s.Branches, b)
	}
	if p.accept("else") {
		s.Body = p.statements()
	}
	p.accept("end", "case")
	p.semicolon()
}

func (p *parser) loopBody(s *Stmt) {
	s.Body = p.statements()
	p.accept("end", "loop")
	p.semicolon()
}

func (p *parser) foreach(s *Stmt) {
	s.Kind = Foreach
	s.Into = p.targets("slice", "in")
	p.until("in")
	p.accept("in")
	p.accept("array")
	s.Expr = p.until("loop")
	p.accept("loop")
	p.loopBody(s)
}

func (p *parser) forLoop(s *Stmt) {
	s.Into = p.targets("in")
	p.accept("in")
	switch {
	case p.accept("execute"):
		s.Kind = ForExecute
		s.Expr = p.until("using", "loop")
		if p.accept("using") {
			s.Using = p.list("loop")
		}
	default:
		p.accept("reverse")
		s.Kind = ForQuery
		s.Expr = p.until("..", "loop")
		if p.accept("..") {
			s.Kind = ForRange
			s.High = p.until("by", "loop")
			p.until("loop")
		}
	}
	p.accept("loop")
	p.loopBody(s)
}

func (p *parser) execute(s *Stmt) {
	s.Kind = Execute
	s.Expr = p.until("into", "using", ";")
	for {
		switch {
		case p.accept("into"):
			p.accept("strict")
			s.Into = p.targets("using", ";")
			continue
		case p.accept("using"):
			s.Using = p.list("into", ";")
			continue
		}
		break
	}
	p.semicolon()
}

func (p *parser) returnStatement(s *Stmt) {
	s.Kind = Return
	switch {
	case p.accept("query", "execute"):
		s.Kind = ReturnExecute
		s.Expr = p.until("using", ";")
		if p.accept("using") {
			s.Using = p.list(";")
		}
		p.semicolon()
		return
	case p.accept("query"):
		s.Kind = ReturnQuery
	default:
		p.accept("next")
	}
	s.Expr = p.until(";")
	p.semicolon()
}

// open reads OPEN cursor [(arguments)] [[NO] SCROLL] [FOR query].
func (p *parser) open(s *Stmt) {
	s.More = append(s.More, p.arguments()...)
	p.until("for", ";")
	switch {
	case p.accept("for", "execute"):
		s.Kind = OpenExecute
		s.Expr = p.until("using", ";")
		if p.accept("using") {
			s.Using = p.list(";")
		}
	case p.accept("for"):
		s.Kind = Open
		s.Expr = p.until(";")
	}
	p.semicolon()
}

// arguments reads name(a, b := c).
func (p *parser) arguments() []Expr {
	if !p.peek(1).is("(") {
		return nil
	}
	p.i += 2
	list := p.list(")")
	p.accept(")")
	return list
}

// raise reads the rest of RAISE level 'format', a, b USING option = c; and of
// ASSERT condition, message.
func (p *parser) raise(s *Stmt) {
	error := true
	switch t := p.peek(0); {
	case t.is("debug"), t.is("log"), t.is("info"), t.is("notice"), t.is("warning"):
		error = false
		p.i++
	case t.is("exception"):
		p.i++
	}
	switch t := p.peek(0); {
	case !error:
	case t.is(";"):
		s.Raises = Again
	case t.is("sqlstate"):
		p.i++
		s.Raises = strings.ToLower(strings.Trim(p.peek(0).Text(p.src), "'"))
	case t.isName() && !t.is("using"):
		s.Raises = t.text
	default:
		s.Raises = "raise_exception"
	}
	if !p.at("using") {
		s.More = p.list("using", ";")
	}
	if p.accept("using") {
		for !p.done() && !p.at(";") {
			code := p.at("errcode")
			p.until("=", ":=", ";")
			if !p.accept("=") && !p.accept(":=") {
				break
			}
			value := p.until(",", ";")
			if code && error {
				s.Raises = strings.ToLower(strings.Trim(strings.TrimSpace(value.Text), "'"))
			}
			s.More = append(s.More, value)
			p.accept(",")
		}
	}
	p.semicolon()
}

func (p *parser) assignmentOrSQL(s *Stmt) {
	if p.peek(0).isName() {
		n := 1
		for p.peek(n).is(".") && p.peek(n+1).isName() {
			n += 2
		}
		if p.peek(n).is("[") {
			for d := 0; p.i+n < len(p.ts); n++ {
				if p.peek(n).is("[") {
					d++
				} else if p.peek(n).is("]") {
					d--
				}
				if d == 0 {
					n++
					break
				}
			}
		}
		if p.peek(n).is(":=") || p.peek(n).is("=") {
			s.Kind = Assign
			s.Into = []string{p.peek(0).text}
			if n > 1 {
				s.Into = []string{p.src[p.peek(0).Start:p.peek(n-1).End]} // a field or element: no variable of ours
			}
			p.i += n + 1
			s.Expr = p.until(";")
			p.semicolon()
			return
		}
	}
	s.Kind = SQL
	start := p.i
	s.Expr = p.until(";")
	switch t := p.ts[start]; {
	case t.is("select"), t.is("with"), t.is("insert"), t.is("update"), t.is("delete"), t.is("merge"), t.is("values"):
		p.cutInto(s, start, p.i)
	}
	p.semicolon()
}

// cutInto takes the INTO of SELECT and RETURNING out of the text, which is
// PL/pgSQL's own. The text keeps its length.
func (p *parser) cutInto(s *Stmt, from, to int) {
	depth := 0
	for i := from; i < to; i++ {
		switch t := p.ts[i]; {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is("into") && depth == 0 && i > from && !p.ts[i-1].is("insert") && !p.ts[i-1].is("merge"):
			j := i + 1
			if j < to && p.ts[j].is("strict") {
				j++
			}
			for j < to && p.ts[j].isName() {
				first := p.ts[j]
				s.Into = append(s.Into, first.text)
				for j++; j+1 < to && p.ts[j].is(".") && p.ts[j+1].isName(); {
					j += 2 // a field
				}
				if field := p.src[first.Start:p.ts[j-1].End]; p.ts[j-1] != first {
					s.Fields = append(s.Fields, field)
				}
				if j >= to || !p.ts[j].is(",") {
					break
				}
				j++
			}
			end := p.ts[j-1].End
			s.Expr.Text = p.src[p.ts[from].Start:t.Start] + strings.Repeat(" ", end-t.Start) + p.src[end:p.ts[to-1].End]
			return
		}
	}
}

// targets reads a list of variables and stops before one of the marks.
func (p *parser) targets(marks ...string) []string {
	start := p.i
	p.until(marks...)
	var out []string
	for _, t := range p.ts[start:p.i] {
		if t.isName() {
			out = append(out, t.text)
		}
	}
	return out
}

// list reads expressions separated by commas.
func (p *parser) list(marks ...string) []Expr {
	var out []Expr
	for !p.done() {
		out = append(out, p.until(append([]string{","}, marks...)...))
		if !p.accept(",") {
			break
		}
	}
	return out
}
