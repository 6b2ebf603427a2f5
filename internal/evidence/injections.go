package evidence

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"slices"
	"strings"
)

// maxInjecting bounds the files that are parsed for the calls that put handles
// into contexts.
const maxInjecting = 60

// injections joins the functions that put values into contexts with those that
// call them: what a function puts there is scoped if it, or what it calls by
// name, sets a custom setting.
func (l *loader) injections(funcs map[string][]Func) map[string]Injection {
	if !l.setsCustom() {
		return nil // nobody's context is ever set
	}
	requested := map[string]bool{}
	for _, file := range l.tree.goFiles {
		for _, name := range l.index.get(file).Go.Requested {
			requested[name] = true
		}
	}
	out, others := map[string]Injection{}, map[string]bool{}
	count := func(key string, f Func, confined, begun bool) {
		others[key] = others[key] || !begun
		in := out[key]
		if confined && !requested[f.Name] {
			in.Confined++
		}
		if l.scopes(f, funcs) {
			in.Scoped++
		} else {
			in.Bare++
		}
		out[key] = in
	}
	carriers, keys := map[string][]carrier{}, map[string]string{}
	for _, file := range l.tree.goFiles {
		for _, c := range l.index.get(file).Go.Carries {
			name := l.qualified(c.Key, file)
			key, known := keys[name]
			if !known {
				if key, known = l.stringKey(name); !known {
					key = name
				}
				keys[name] = key
			}
			if c.Param < 0 {
				count(key, c.Func, c.Confined, c.Begun)
			} else {
				carriers[c.Name] = append(carriers[c.Name], carrier{key, c.Param})
			}
		}
	}
	left := maxInjecting
	for i := 0; i < levels && len(carriers) > 0; i++ {
		// What only passes its parameter on is called by those that count.
		passing := map[string][]carrier{}
		for _, file := range l.tree.goFiles {
			if left == 0 || !l.callsOne(file, carriers) {
				continue
			}
			left--
			data, err := os.ReadFile(file.abs)
			if err != nil {
				continue
			}
			for _, in := range injectionsIn(string(data), carriers) {
				if in.param >= 0 {
					passing[in.Name] = append(passing[in.Name], carrier{in.key, in.param})
				} else {
					count(in.key, in.Func, in.confined, in.begun)
				}
			}
		}
		carriers = passing
	}
	var bare []string
	for key, in := range out {
		if in.Scoped == 0 && !others[key] && key != AnyKey {
			bare = append(bare, key)
		}
	}
	slices.Sort(bare)
	l.module.Bare = l.bare(bare)
	return out
}

// setsCustom reports whether some code or query of the module sets a setting.
func (l *loader) setsCustom() bool {
	return slices.ContainsFunc(l.tree.goFiles, func(f fileInfo) bool { return len(l.index.get(f).Go.Settings) > 0 }) ||
		slices.ContainsFunc(slices.Concat(l.tree.sql, l.outside), func(f fileInfo) bool { return len(l.index.get(f).Settings) > 0 })
}

// setsSome reports whether a function or a hook in the module sets a custom
// setting, or one whose name is bound and stands who knows where.
func (l *loader) setsSome() bool {
	scopes := func(f Func) bool { return f.Scopes || f.Sets }
	return slices.ContainsFunc(l.tree.goFiles, func(file fileInfo) bool {
		g := l.index.get(file).Go
		return slices.ContainsFunc(g.Funcs, scopes) ||
			slices.ContainsFunc(g.Hooks, func(h Hook) bool { return scopes(h.Func) }) ||
			slices.ContainsFunc(g.Passes, func(p Pass) bool { return scopes(p.Func) }) ||
			slices.ContainsFunc(g.Carries, func(c Carry) bool { return scopes(c.Func) })
	})
}

// A carrier is a function that puts a parameter into a context under a key.
type carrier struct {
	key   string
	param int
}

// qualified adds the package to a key's name.
func (l *loader) qualified(key string, in fileInfo) string {
	if strings.ContainsAny(key, `."`) || key == AnyKey {
		return key
	}
	if name, ok := strings.CutPrefix(key, textOf); ok {
		return textOf + l.qualified(name, in)
	}
	pkg := l.module.Path
	if dir := path.Dir(in.rel); dir != "." {
		pkg += "/" + dir
	}
	return pkg + "." + key
}

func (l *loader) callsOne(file fileInfo, carriers map[string][]carrier) bool {
	calls := l.index.get(file).Go.ContextCalls
	for name := range carriers {
		if _, ok := slices.BinarySearch(calls, nameHash(name)); ok {
			return true
		}
	}
	return false
}

// scopes reports whether a function sets a custom setting, itself or through
// functions that it calls by name.
func (l *loader) scopes(f Func, funcs map[string][]Func) bool {
	if scopesWithin(f, funcs, levels) {
		return true
	}
	l.lookUp(f.Calls, funcs)
	return scopesWithin(f, funcs, levels)
}

func scopesWithin(f Func, funcs map[string][]Func, levels int) bool {
	if f.Scopes {
		return true
	}
	if levels == 0 {
		return false
	}
	return slices.ContainsFunc(f.Calls, func(name string) bool {
		return !ordinary[name] && slices.ContainsFunc(funcs[name], func(callee Func) bool { return scopesWithin(callee, funcs, levels-1) })
	})
}

// An injecting is a function that calls a carrier with a value of its own, or
// with one of its parameters.
type injecting struct {
	Func
	key   string
	param int // -1 for a value of its own
	// confined and begun: see Carry.
	confined, begun bool
}

func injectionsIn(src string, carriers map[string][]carrier) []injecting {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.SkipObjectResolution)
	if file == nil || err != nil {
		return nil
	}
	s := &goScan{fset: fset, file: file, consts: map[string]string{}}
	s.constants()
	var out []injecting
	for _, d := range file.Decls {
		decl, ok := d.(*ast.FuncDecl)
		if !ok || decl.Body == nil {
			continue
		}
		seen := map[string]bool{}
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			for _, c := range carriers[calledName(call.Fun)] {
				if c.param >= len(call.Args) || seen[c.key] {
					continue
				}
				seen[c.key] = true
				in := injecting{s.body(decl.Name.Name, decl.Body), c.key, -1, confined(decl, call), mayBeBegun(decl, call.Args[c.param])}
				if id, isName := call.Args[c.param].(*ast.Ident); isName {
					in.param = parameter(decl, id.Name)
				}
				out = append(out, in)
			}
			return true
		})
	}
	return out
}
