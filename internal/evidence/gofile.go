package evidence

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// goFormat is the Format of a schema that stands in Go strings.
const goFormat = "go"

// GoFacts is what one Go file contributes. The fields are exported for the
// cache's encoding only.
type GoFacts struct {
	DDL      string   // the file's schema statements, each on its line
	Setup    bool     // puts schema statements together
	Goose    bool     // is a migration of goose's
	Settings []string // custom settings that its strings set
	Reads    []string // settings that it reads in SQL
	Hooks    []Hook
	Funcs    []Func
	Passes   []Pass
	Carries  []Carry
	// Requested are functions that are given a literal which puts the context that it
	// gets into a request, sorted.
	Requested []string
	// ContextCalls are hashes of the names of functions that are called with
	// something that looks like a context as first of several arguments, sorted.
	ContextCalls []uint32
	Main         bool     // belongs to a program
	Client       bool     // imports what only programs do that run with their users
	Embeds       []string // patterns of its //go:embed comments
	// Defines are hashes of the names of functions in files of which Funcs says
	// nothing, sorted.
	Defines []uint32
}

// A Hook is an assignment to a pool hook.
type Hook struct {
	Name string // "PrepareConn", "BeforeAcquire" or "AfterRelease"
	Func
	// Taker and Index are set when the hook is a parameter: of that function, at
	// that place.
	Taker string
	Index int
}

// A Pass is a function given to a call as argument.
type Pass struct {
	Taker string // the function called
	Index int
	Func
}

// A Func says what the text of a function's body does to settings.
type Func struct {
	Name         string
	Sets, Resets bool
	// Scopes: it sets a custom setting, be it for the transaction only.
	Scopes bool
	Calls  []string // names of functions and methods it calls or passes on, sorted
}

// gormCallback is how programs register what gorm runs before each statement.
const gormCallback = ".Callback()"

var hookNames = []string{"PrepareConn", "BeforeAcquire", "AfterRelease"}

// goDDL finds schema statements in a string: the whole string, or a line of it,
// begins with one. "failed to create table" is none.
var goDDL = pattern(`(?im)^\s*(create\s+(unlogged\s+|foreign\s+)?table|create\s+policy|alter\s+table\s[^;]*\brow\s+level\s+security)\b`)

// scanGo extracts the facts of a Go file. Most files have none, so the bytes
// are asked before the file is parsed.
func scanGo(src string) GoFacts {
	ddl := containsAs(src, "create table") || containsAs(src, "row level security") || containsAs(src, "create policy") ||
		containsAs(src, "create unlogged table")
	goose := isGoose(src)
	ddl = ddl || goose
	sets := mentionsSetting(src) || containsAs(src, SearchPath)
	hooks := strings.Contains(src, gormCallback)
	for _, h := range hookNames {
		hooks = hooks || strings.Contains(src, h)
	}
	puts := putsInto(src)
	carries := strings.Contains(src, "WithValue(") || len(puts) > 0
	requests := strings.Contains(src, ".WithContext(") && strings.Contains(src, "net/http")
	if !ddl && !sets && !hooks && !carries && !requests {
		return GoFacts{Defines: defines(src), ContextCalls: contextCalls(src), Main: isMain(src), Client: mayBeClient(src), Embeds: embeds(src)}
	}
	s := newScan(src)
	if s == nil {
		return GoFacts{} // the compiler will say so
	}
	file := s.file
	g := GoFacts{Goose: goose, ContextCalls: contextCalls(src), Main: file.Name.Name == "main", Client: mayBeClient(src), Embeds: embeds(src)}
	if carries {
		g.Carries = s.carries(puts)
	}
	if requests {
		g.Requested = requested(file)
	}
	if ddl && !forOther(src) {
		g.DDL, g.Setup = s.ddl(goose, nil), s.setsUp(src)
	}
	if sets {
		g.Settings = s.settings()
	}
	if sets || hooks || carries {
		g.Hooks, g.Funcs, g.Passes = s.functions()
	} else {
		g.Defines = defines(src)
	}
	return g
}

// isMain reports whether a file is a program's. It looks at the beginnings of
// lines: every file is asked.
func isMain(src string) bool {
	return strings.HasPrefix(src, "package main\n") || strings.Contains(src, "\npackage main\n")
}

// functionsOf reads the functions of a file whatever is in it.
func functionsOf(src string) []Func {
	s := newScan(src)
	if s == nil {
		return nil
	}
	_, funcs, _ := s.functions()
	return funcs
}

// forOther reports whether a file is for another database only.
func forOther(src string) bool {
	lower := strings.ToLower(src)
	other := strings.Contains(lower, "sqlite") || strings.Contains(lower, "mysql") || strings.Contains(lower, "clickhouse")
	return other && !strings.Contains(lower, "postgres") && !strings.Contains(lower, "pgx")
}

type goScan struct {
	fset   *token.FileSet
	file   *ast.File
	consts map[string]string // package-level constants and variables that hold text
}

// newScan parses a file; nil if it is none of Go's.
func newScan(src string) *goScan {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if file == nil || err != nil {
		return nil
	}
	s := &goScan{fset: fset, file: file, consts: map[string]string{}}
	s.constants()
	return s
}

func (s *goScan) constants() {
	for _, d := range s.file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.CONST && gen.Tok != token.VAR {
			continue
		}
		for _, spec := range gen.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range v.Names {
				if i < len(v.Values) {
					if text, ok := s.text(v.Values[i]); ok {
						s.consts[name.Name] = text
					}
				}
			}
		}
	}
}

// text evaluates a string literal, a constant of this file, or a sum of them.
func (s *goScan) text(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.ParenExpr:
		return s.text(e.X)
	case *ast.Ident:
		text, ok := s.consts[e.Name]
		return text, ok
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, ok := s.text(e.X)
		y, ok2 := s.text(e.Y)
		return x + y, ok && ok2
	}
	return "", false
}

// texts calls f for each string of the file, sums as a whole.
func (s *goScan) texts(root ast.Node, f func(pos token.Pos, text string)) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.BasicLit, *ast.BinaryExpr:
			if text, ok := s.text(n.(ast.Expr)); ok {
				f(n.Pos(), text)
				return false
			}
		}
		return true
	})
}

// templates calls f for each string of the file, sums as a whole with holes for
// what is not known.
func (s *goScan) templates(root ast.Node, f func(sqlcheck.Template)) {
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, ok := s.text(n); ok {
				f(sqlcheck.Text(text))
			}
		case *ast.BinaryExpr:
			t, others, ok := s.sum(n)
			if !ok {
				return true
			}
			f(t)
			for _, o := range others {
				s.templates(o, f)
			}
			return false
		}
		return true
	})
}

// sum evaluates an expression that adds texts; others are the operands of which
// nothing is known. ok is false if no text is in it.
func (s *goScan) sum(e ast.Expr) (t sqlcheck.Template, others []ast.Expr, ok bool) {
	if text, ok := s.text(e); ok {
		return sqlcheck.Text(text), nil, true
	}
	if p, isParen := e.(*ast.ParenExpr); isParen {
		return s.sum(p.X)
	}
	if b, isBinary := e.(*ast.BinaryExpr); isBinary && b.Op == token.ADD {
		x, others, ok := s.sum(b.X)
		y, more, ok2 := s.sum(b.Y)
		return sqlcheck.Template{Parts: append(x.Parts, y.Parts...)}, append(others, more...), ok || ok2
	}
	return sqlcheck.Template{Parts: []sqlcheck.Part{{Hole: &sqlcheck.Hole{}}}}, []ast.Expr{e}, false
}

// isSettingName reports whether a string can be the name of a custom setting.
func isSettingName(text string) bool {
	if len(text) >= 100 || strings.HasSuffix(text, ".go") || strings.HasSuffix(text, ".sql") {
		return false
	}
	prefix, name, ok := strings.Cut(text, ".")
	return ok && isName(prefix) && !slices.ContainsFunc(strings.Split(name, "."), func(part string) bool { return !isName(part) })
}

func isName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// downName names what takes a schema down again.
var downName = pattern(`(?i)^(down|drop|rollback|revert|undo|teardown|disable|destroy|clean|reset|truncate)`)

// upward calls f for the strings of the file that are not part of a function,
// variable or field named for going down.
func (s *goScan) upward(f func(pos token.Pos, text string)) {
	var downs []ast.Node
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if downName().MatchString(n.Name.Name) {
				downs = append(downs, n)
			}
		case *ast.ValueSpec:
			if len(n.Names) > 0 && downName().MatchString(n.Names[0].Name) {
				downs = append(downs, n)
			}
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && downName().MatchString(key.Name) {
				downs = append(downs, n)
			}
		}
		return true
	})
	s.texts(s.file, func(pos token.Pos, text string) {
		for _, d := range downs {
			if d.Pos() <= pos && pos < d.End() {
				return
			}
		}
		f(pos, text)
	})
}

// isGoose reports whether a file registers a migration with goose, all of whose
// statements are the schema's then.
func isGoose(src string) bool {
	return strings.Contains(src, "goose.AddMigration") || strings.Contains(src, "goose.AddNamedMigration")
}

// anyDDL finds any statement that changes a schema at the beginning of a string, or
// of a line of it.
var anyDDL = pattern(`(?im)^\s*(create|alter|drop|grant|revoke|do\s*\$|reassign|set\s+(local\s+)?(role|search_path|session))\b`)

// ddl puts the file's schema statements on the lines where they stand; those of a
// migration are all that there are. Those at the offsets in used are left out.
func (s *goScan) ddl(migration bool, used map[int]bool) string {
	wanted, parts := goDDL(), map[token.Pos]bool{}
	if migration {
		wanted, parts = anyDDL(), s.parts()
	}
	var b strings.Builder
	line := 1
	s.upward(func(pos token.Pos, text string) {
		if used[s.fset.Position(pos).Offset] || parts[pos] || !wanted.MatchString(text) || otherSQL().MatchString(text) {
			return
		}
		for at := s.fset.Position(pos).Line; line < at; line++ {
			b.WriteByte('\n')
		}
		b.WriteString(text)
		line += strings.Count(text, "\n")
		if !strings.HasSuffix(strings.TrimSpace(text), ";") {
			b.WriteString(" ;")
		}
		b.WriteByte(' ')
	})
	return b.String()
}

// parts are where strings stand that are parts of a text of which the rest is not
// known.
func (s *goScan) parts() map[token.Pos]bool {
	out := map[token.Pos]bool{}
	ast.Inspect(s.file, func(n ast.Node) bool {
		if b, ok := n.(*ast.BinaryExpr); ok && b.Op == token.ADD {
			if _, whole := s.text(b); !whole {
				out[b.X.Pos()], out[b.Y.Pos()] = true, true
			}
		}
		return true
	})
	return out
}

func (s *goScan) settings() []string {
	var out, dotted []string
	bound := false
	s.templates(s.file, func(t sqlcheck.Template) {
		c := changeOf(t)
		out = append(out, c.names...)
		bound = bound || c.bound
		if text, ok := t.Const(); ok && isSettingName(text) {
			dotted = append(dotted, text)
		}
	})
	if bound { // the name is bound: const tenantSetting = "app.tenant_id"
		out = append(out, dotted...)
	}
	return sortedSet(out)
}
