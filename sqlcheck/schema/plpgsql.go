package schema

import "strings"

// plKind is the kind of a PL/pgSQL statement.
type plKind uint8

const (
	plOther plKind = iota // RAISE, NULL, GET DIAGNOSTICS, cursors: nothing that changes the schema
	plSQL                 // a SQL statement; expr is its text without INTO
	plAssign
	plExecute
	plPerform // expr is the text after PERFORM
	plReturn
	plReturnQuery
	plIf // also CASE
	plForQuery
	plForExecute
	plForRange // expr is lower, high is upper bound
	plForeach
	plLoop // LOOP and WHILE
	plBlock
	plExit
	plContinue
)

// A plStmt is a PL/pgSQL statement. Expressions are kept as source text.
type plStmt struct {
	kind     plKind
	offset   int // of the statement in the body
	expr     string
	exprAt   int      // offset of expr in the body
	high     string   // plForRange
	into     []string // variables assigned; the loop variable
	using    []string
	branches []plBranch // plIf
	decls    []plDecl   // plBlock
	body     []plStmt   // loops, plBlock, the ELSE of plIf
	handlers []plStmt   // plBlock: what its EXCEPTION part does
}

type plBranch struct {
	cond string
	body []plStmt
}

type plDecl struct {
	name, typ, init string
}

// parsePL reads a PL/pgSQL body; false when it is not one. It is forgiving:
// what it reads in a function that the server refuses does not matter.
func parsePL(body string) (plStmt, bool) {
	p := &plParser{src: body, ts: tokens(body)}
	p.label()
	s, ok := p.block()
	return s, ok && !p.failed
}

type plParser struct {
	src    string
	ts     []token
	i      int
	depth  int
	failed bool
}

// maxPLDepth bounds the nesting of blocks; the server's own limit is its stack.
const maxPLDepth = 200

func (p *plParser) peek(n int) token {
	if p.i+n < len(p.ts) {
		return p.ts[p.i+n]
	}
	return token{start: len(p.src), end: len(p.src)}
}

func (p *plParser) at(words ...string) bool {
	for n, w := range words {
		if !p.peek(n).is(w) {
			return false
		}
	}
	return true
}

func (p *plParser) accept(words ...string) bool {
	if p.at(words...) {
		p.i += len(words)
		return true
	}
	return false
}

func (p *plParser) done() bool { return p.i >= len(p.ts) || p.failed }

// label skips <<name>>.
func (p *plParser) label() {
	if p.accept("<<") {
		p.i++
		p.accept(">>")
	}
}

// until returns the source up to one of the marks outside parentheses and CASE
// expressions, and stops before the mark.
func (p *plParser) until(marks ...string) (text string, offset int) {
	start := p.peek(0).start
	end := start
	parens, cases := 0, 0
	for ; !p.done(); p.i++ {
		t := p.ts[p.i]
		if parens <= 0 && cases <= 0 {
			for _, m := range marks {
				if t.is(m) {
					return p.src[start:end], start
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
			return p.src[start:end], start
		}
		end = t.end
	}
	return p.src[start:end], start
}

// semicolon moves past the end of the statement.
func (p *plParser) semicolon() {
	p.until(";")
	p.accept(";")
}

// block reads [DECLARE ..] BEGIN .. END.
func (p *plParser) block() (plStmt, bool) {
	s := plStmt{kind: plBlock, offset: p.peek(0).start}
	if p.accept("declare") {
		for !p.done() && !p.at("begin") {
			if p.accept("declare") {
				continue
			}
			s.decls = append(s.decls, p.declaration())
		}
	}
	if !p.accept("begin") {
		return s, false
	}
	s.body = p.statements()
	if p.accept("exception") {
		for p.accept("when") {
			p.until("then")
			p.accept("then")
			s.handlers = append(s.handlers, p.statements()...)
		}
	}
	p.accept("end")
	p.semicolon()
	return s, true
}

func (p *plParser) declaration() plDecl {
	d := plDecl{name: p.peek(0).text}
	p.i++
	p.accept("constant")
	d.typ, _ = p.until("default", ":=", "=", "not")
	if p.accept("not") {
		p.accept("null")
	}
	if p.accept("default") || p.accept(":=") || p.accept("=") {
		d.init, _ = p.until(";")
	}
	p.semicolon()
	return d
}

// statements reads until a word that ends a list of them.
func (p *plParser) statements() []plStmt {
	if p.depth++; p.depth > maxPLDepth {
		p.failed = true
	}
	defer func() { p.depth-- }()
	var out []plStmt
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

func (p *plParser) statement() plStmt {
	s := plStmt{offset: p.peek(0).start}
	switch {
	case p.at("declare"), p.at("begin"):
		s, _ = p.block()
	case p.accept("if"):
		p.ifStatement(&s)
	case p.accept("case"):
		p.caseStatement(&s)
	case p.accept("loop"):
		s.kind = plLoop
		p.loopBody(&s)
	case p.accept("while"):
		s.kind = plLoop
		s.expr, s.exprAt = p.until("loop")
		p.accept("loop")
		p.loopBody(&s)
	case p.accept("foreach"):
		p.foreach(&s)
	case p.accept("for"):
		p.forLoop(&s)
	case p.accept("execute"):
		p.execute(&s)
	case p.accept("perform"):
		s.kind = plPerform
		s.expr, s.exprAt = p.until(";")
		p.semicolon()
	case p.accept("return"):
		p.returnStatement(&s)
	case p.accept("exit"), p.accept("continue"):
		s.kind = plExit
		if p.ts[p.i-1].is("continue") {
			s.kind = plContinue
		}
		if p.until("when"); p.accept("when") {
			s.expr, s.exprAt = p.until(";")
		}
		p.semicolon()
	case p.at("raise"), p.at("null"), p.at("get"), p.at("open"), p.at("fetch"), p.at("move"), p.at("close"), p.at("assert"):
		p.semicolon()
	default:
		p.assignmentOrSQL(&s)
	}
	return s
}

func (p *plParser) ifStatement(s *plStmt) {
	s.kind = plIf
	for {
		var b plBranch
		b.cond, _ = p.until("then")
		p.accept("then")
		b.body = p.statements()
		s.branches = append(s.branches, b)
		if !p.accept("elsif") && !p.accept("elseif") {
			break
		}
	}
	if p.accept("else") {
		s.body = p.statements()
	}
	p.accept("end", "if")
	p.semicolon()
}

func (p *plParser) caseStatement(s *plStmt) {
	s.kind = plIf
	subject, _ := p.until("when")
	for p.accept("when") {
		var b plBranch
		b.cond, _ = p.until("then")
		if subject != "" {
			b.cond = "(" + subject + ") IN (" + b.cond + ")"
		}
		p.accept("then")
		b.body = p.statements()
		s.branches = append(s.branches, b)
	}
	if p.accept("else") {
		s.body = p.statements()
	}
	p.accept("end", "case")
	p.semicolon()
}

func (p *plParser) loopBody(s *plStmt) {
	s.body = p.statements()
	p.accept("end", "loop")
	p.semicolon()
}

func (p *plParser) foreach(s *plStmt) {
	s.kind = plForeach
	s.into = p.targets("slice", "in")
	p.until("in")
	p.accept("in")
	p.accept("array")
	s.expr, s.exprAt = p.until("loop")
	p.accept("loop")
	p.loopBody(s)
}

func (p *plParser) forLoop(s *plStmt) {
	s.into = p.targets("in")
	p.accept("in")
	switch {
	case p.accept("execute"):
		s.kind = plForExecute
		s.expr, s.exprAt = p.until("using", "loop")
		if p.accept("using") {
			s.using = p.list("loop")
		}
	default:
		p.accept("reverse")
		s.kind = plForQuery
		s.expr, s.exprAt = p.until("..", "loop")
		if p.accept("..") {
			s.kind = plForRange
			s.high, _ = p.until("by", "loop")
			p.until("loop")
		}
	}
	p.accept("loop")
	p.loopBody(s)
}

func (p *plParser) execute(s *plStmt) {
	s.kind = plExecute
	s.expr, s.exprAt = p.until("into", "using", ";")
	for {
		switch {
		case p.accept("into"):
			p.accept("strict")
			s.into = p.targets("using", ";")
			continue
		case p.accept("using"):
			s.using = p.list("into", ";")
			continue
		}
		break
	}
	p.semicolon()
}

func (p *plParser) returnStatement(s *plStmt) {
	s.kind = plReturn
	switch {
	case p.accept("query", "execute"):
		s.kind = plOther
	case p.accept("query"):
		s.kind = plReturnQuery
	default:
		p.accept("next")
	}
	s.expr, s.exprAt = p.until(";")
	p.semicolon()
}

func (p *plParser) assignmentOrSQL(s *plStmt) {
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
			s.kind = plAssign
			s.into = []string{p.peek(0).text}
			if n > 1 {
				s.into = []string{p.src[p.peek(0).start:p.peek(n-1).end]} // a field or element: no variable of ours
			}
			p.i += n + 1
			s.expr, s.exprAt = p.until(";")
			p.semicolon()
			return
		}
	}
	s.kind = plSQL
	start := p.i
	s.expr, s.exprAt = p.until(";")
	if p.ts[start].is("select") || p.ts[start].is("with") {
		p.cutInto(s, start, p.i)
	}
	p.semicolon()
}

// cutInto takes SELECT's INTO out of its text, which is PL/pgSQL's own.
func (p *plParser) cutInto(s *plStmt, from, to int) {
	depth := 0
	for i := from; i < to; i++ {
		switch t := p.ts[i]; {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is("into") && depth == 0:
			j := i + 1
			if j < to && p.ts[j].is("strict") {
				j++
			}
			for j < to && p.ts[j].isName() {
				s.into = append(s.into, p.ts[j].text)
				j++
				if j >= to || !p.ts[j].is(",") {
					break
				}
				j++
			}
			end := t.start
			if j > i {
				end = p.ts[j-1].end
			}
			s.expr = p.src[p.ts[from].start:t.start] + strings.Repeat(" ", end-t.start) + p.src[end:p.ts[to-1].end]
			return
		}
	}
}

// targets reads a list of variables and stops before one of the marks.
func (p *plParser) targets(marks ...string) []string {
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
func (p *plParser) list(marks ...string) []string {
	var out []string
	for !p.done() {
		e, _ := p.until(append([]string{","}, marks...)...)
		out = append(out, e)
		if !p.accept(",") {
			break
		}
	}
	return out
}
