package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Where no function sets the tenant's context and puts the handle into a context, the
// handle there may still get it later: from a second middleware, from who called the
// function that put it there, from anybody who takes it out again. Instead of following
// the handle, which may go anywhere, this looks at all that the module sends to set
// something: if each of those statements provably runs on a handle of its own, none runs
// on the one in the context. Whatever is not plain from the text is a doubt, and a doubt
// about one statement is one about all keys.

// A storedBare is what was found out about keys, with what it was found out from.
type storedBare struct {
	Sum  string
	Bare map[string]Place
}

// bare returns those of the keys that surely carry nothing but handles without tenant
// context. It reads all of the module's code, so what it finds is remembered.
func (l *loader) bare(keys []string) map[string]Place {
	alone := slices.ContainsFunc(l.tree.goFiles, func(f fileInfo) bool { return l.index.get(f).Go.Main })
	if len(keys) == 0 || !alone || l.isRequiredBelow() || len(l.module.Config.APIs) > 0 || l.module.Hooks.SetsContext {
		return nil
	}
	sum := l.sumOfAll(keys)
	if l.index.Bare.Sum != sum {
		l.index.Bare = storedBare{sum, l.judgeBare(keys)}
		l.index.fresh = true
	}
	return l.index.Bare.Bare
}

// isRequiredBelow reports whether another module below this one uses it.
func (l *loader) isRequiredBelow() bool {
	return slices.ContainsFunc(l.tree.modules, func(rel string) bool {
		data, err := os.ReadFile(filepath.Join(l.root, filepath.FromSlash(rel), "go.mod"))
		return err != nil || strings.Contains(string(data), l.module.Path+" ")
	})
}

func (l *loader) sumOfAll(keys []string) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	put := func(v any) { _ = enc.Encode(v) } // see inputs
	put(keys)
	put(l.module.Path)
	for _, files := range [][]fileInfo{l.tree.goFiles, l.tree.sql, l.tree.sqlc, l.outside} {
		for _, f := range files {
			put([]any{f.rel, l.index.get(f).Sum})
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (l *loader) judgeBare(keys []string) map[string]Place {
	if l.setsFromFiles() {
		return nil
	}
	c := l.readCode()
	if c == nil {
		return nil
	}
	out := map[string]Place{}
	for _, key := range keys {
		b := &bareKey{code: c, key: key, tainted: map[*codeFunc]bool{}}
		if b.puts() && b.onlyTaken() && b.othersSet() && b.keeps() {
			out[key] = b.at
		}
	}
	return out
}

// setsFromFiles reports whether code may send a text from a file that sets something.
// What sqlc makes of its queries stands in Go files.
func (l *loader) setsFromFiles() bool {
	embeds := l.embeds()
	return slices.ContainsFunc(slices.Concat(l.tree.sql, l.outside), func(f fileInfo) bool {
		return len(l.index.get(f).Settings) > 0 &&
			(len(l.tree.sqlc) == 0 || slices.ContainsFunc(embeds, func(e Embed) bool { return e.Covers(f.rel) }))
	})
}

// A bareKey is the question about one key.
type bareKey struct {
	*code
	key string
	// tainted are the functions through which a handle goes on its way into the context:
	// what they begin may be what is there.
	tainted map[*codeFunc]bool
	// putting: what is resolved is put into the context, rather than set.
	putting bool
	// at is where a handle is put there by the function that has it begun.
	at    Place
	steps int // see maxSteps
}

// maxSteps bounds how much is resolved for the texts of one function, and for what is put
// into contexts under one key.
const maxSteps = 20_000

// puts resolves what the module puts into contexts under the key. ok is false unless all
// of it was begun for that, without context.
func (b *bareKey) puts() bool {
	b.putting = true
	defer func() { b.putting = false }()
	for _, f := range b.funcs {
		if !f.file.puts {
			continue
		}
		for _, p := range f.file.putsOf(f.decl) {
			switch key := b.keyOf(f.file, p.name); {
			case p.name == "" || p.name == AnyKey || f.binds(p.name):
				return false // that may be any key
			case key == b.key && !b.put(codeCall{f, p.call}, p.value, 0):
				return false
			}
		}
	}
	return b.at.Line > 0
}

// put resolves one value that goes into the context: a handle that the function began, or
// that each of its callers did.
func (b *bareKey) put(call codeCall, value ast.Expr, depth int) bool {
	f := call.in
	id, ok := ast.Unparen(value).(*ast.Ident)
	if !ok || depth > maxDepth {
		return false
	}
	b.tainted[f] = true
	if i := parameter(f.decl, id.Name); i >= 0 && !f.rebinds(id.Name) {
		return b.eachCall(f, func(c codeCall) bool {
			return len(c.call.Args) > i && !c.call.Ellipsis.IsValid() && b.put(c, c.call.Args[i], depth+1)
		})
	}
	if b.givesAway(f, id.Name) || !b.foreign(&inst{fn: f}, id, depth) {
		return false
	}
	if b.at.Line == 0 {
		pos := f.file.fset.Position(call.call.Pos())
		b.at = Place{f.file.rel, pos.Line, pos.Column}
	}
	return true
}

// onlyTaken reports whether the key is named only where something is put into a context
// under it or taken out: not in a context of the program's own, or in a table of keys.
func (b *bareKey) onlyTaken() bool {
	names := map[string]bool{b.key: true}
	if strings.HasPrefix(b.key, `"`) {
		for _, f := range b.files {
			for name := range f.consts {
				if key, ok := b.l.stringKey(f.pkg + "." + name); ok && key == b.key {
					names[f.pkg+"."+name] = true
				}
			}
		}
	}
	for _, f := range b.files {
		if !f.names(names) {
			return false
		}
	}
	return true
}

// names reports whether a file names keys only as calls take them, or declares them.
func (f *codeFile) names(keys map[string]bool) bool {
	ok := true
	var parents map[ast.Node]ast.Node
	ast.Inspect(f.file, func(n ast.Node) bool {
		e, isExpr := n.(ast.Expr)
		if !ok || !isExpr {
			return ok
		}
		switch e := e.(type) {
		case *ast.Ident:
			if !keys[f.pkg+"."+e.Name] {
				return true
			}
		case *ast.SelectorExpr:
			x, isName := e.X.(*ast.Ident)
			if !isName || f.imports[x.Name] == "" || !keys[f.imports[x.Name]+"."+e.Sel.Name] {
				return true
			}
		case *ast.BasicLit:
			if name := keyName(e, nil); name == "" || !keys[name] {
				return true
			}
		default:
			return true
		}
		if parents == nil {
			parents = parentsIn(f.file)
		}
		ok = isKeyArgument(parents, e)
		return ok
	})
	return ok
}

// isKeyArgument reports whether an expression that names a key is declared there, or is
// what a call takes: the key of two that are put, or the only argument.
func isKeyArgument(parents map[ast.Node]ast.Node, e ast.Expr) bool {
	for {
		switch p := parents[e].(type) {
		case *ast.TypeSpec:
			return p.Name == e
		case *ast.ValueSpec:
			return slices.ContainsFunc(p.Names, func(id *ast.Ident) bool { return id == e }) || isText(e)
		case *ast.SelectorExpr:
			return p.Sel == e // of another package, or a field
		case *ast.ParenExpr:
			e = p
		case *ast.UnaryExpr:
			e = p
		case *ast.CompositeLit:
			if p.Type != e || len(p.Elts) > 0 {
				return false
			}
			e = p
		case *ast.IndexExpr: // key[T]{}
			if p.X != e {
				return false
			}
			e = p
		case *ast.CallExpr:
			if isIdent(p.Fun, "string") {
				e = p
				continue
			}
			name := calledName(p.Fun)
			puts := name == "WithValue" && len(p.Args) == 3 && p.Args[1] == e || (name == "Set" || name == "Locals") && len(p.Args) == 2 && p.Args[0] == e
			takes := takesOut[name] && len(p.Args) == 1 && p.Args[0] == e
			return puts || takes
		default:
			return false
		}
	}
}

func isText(e ast.Expr) bool {
	_, ok := e.(*ast.BasicLit)
	return ok
}
