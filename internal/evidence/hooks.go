package evidence

import (
	"hash/fnv"
	"os"
	"slices"
	"strings"
)

// levels is how deep calls are followed from a hook.
const levels = 2

// hooksOf joins the hooks assigned anywhere in the module with the functions
// that they call by name. Names are not resolved to packages: a hook that calls
// a function named like one that sets the context is taken to call it.
func hooksOf(hooks []Hook, funcs map[string][]Func) Hooks {
	var out Hooks
	for _, h := range hooks {
		sets, resets := effects(h.Func, funcs, levels)
		if h.Name == "AfterRelease" {
			out.Resets = out.Resets || sets || resets
			continue
		}
		// A callback of gorm's runs on the connection, and in the transaction, of
		// the statement that comes next.
		out.SetsContext = out.SetsContext || sets || h.Name == callbackHook && scopes(h.Func, funcs, levels)
		out.Resets = out.Resets || resets
	}
	return out
}

func effects(f Func, funcs map[string][]Func, levels int) (sets, resets bool) {
	sets, resets = f.Sets, f.Resets
	if levels == 0 {
		return sets, resets
	}
	for _, name := range f.Calls {
		for _, callee := range funcs[name] {
			s, r := effects(callee, funcs, levels-1)
			sets, resets = sets || s, resets || r
		}
	}
	return sets, resets
}

// scopes reports whether a function sets context for a transaction.
func scopes(f Func, funcs map[string][]Func, levels int) bool {
	if f.Scopes || levels == 0 {
		return f.Scopes
	}
	for _, name := range f.Calls {
		for _, callee := range funcs[name] {
			if scopes(callee, funcs, levels-1) {
				return true
			}
		}
	}
	return false
}

// hooks gathers the module's hooks and the functions they may call.
func (l *loader) hooks() ([]Hook, map[string][]Func) {
	var hooks []Hook
	var passes []Pass
	funcs := map[string][]Func{}
	for _, f := range l.tree.goFiles {
		g := l.index.get(f).Go
		hooks = append(hooks, g.Hooks...)
		passes = append(passes, g.Passes...)
		for _, fn := range g.Funcs {
			funcs[fn.Name] = append(funcs[fn.Name], fn)
		}
	}
	for i, h := range hooks {
		for _, p := range passes { // db.Connect(ctx, url, beforeAcquire)
			if h.Taker != "" && p.Taker == h.Taker && p.Index == h.Index {
				hooks[i].Sets = hooks[i].Sets || p.Sets
				hooks[i].Resets = hooks[i].Resets || p.Resets
			}
		}
		if sets, resets := effects(hooks[i].Func, funcs, levels); !sets && !resets {
			l.lookUp(h.Calls, funcs)
		}
	}
	return hooks, funcs
}

// maxLookUps bounds the files parsed for the functions that one hook calls.
const maxLookUps = 10

// lookUp reads functions that no file with a setting in it defines: a hook may
// call one that only passes on to such a file.
func (l *loader) lookUp(names []string, funcs map[string][]Func) {
	left := maxLookUps
	for _, name := range names {
		if len(funcs[name]) > 0 || ordinary[name] {
			continue
		}
		for _, f := range l.tree.goFiles {
			if _, ok := slices.BinarySearch(l.index.get(f).Go.Defines, nameHash(name)); !ok || left == 0 {
				continue
			}
			left--
			data, err := os.ReadFile(f.abs)
			if err != nil {
				continue
			}
			for _, fn := range functionsOf(string(data)) {
				if fn.Name == name {
					funcs[name] = append(funcs[name], fn)
				}
			}
		}
	}
}

// ordinary are methods of drivers, loggers and errors that wrappers redefine.
var ordinary = map[string]bool{"Exec": true, "Query": true, "QueryRow": true, "Scan": true, "Close": true, "Error": true, "Err": true,
	"Value": true, "String": true, "Begin": true, "Commit": true, "Rollback": true, "Ping": true, "Errorf": true, "Info": true, "Warn": true, "Debug": true}

// defines lists the functions and methods that Go text declares, by hash. It
// looks at the beginnings of lines, as gofmt leaves them.
func defines(src string) []uint32 {
	var out []uint32
	for {
		_, after, ok := strings.Cut(src, "\nfunc ")
		if !ok {
			break
		}
		src = after
		if strings.HasPrefix(after, "(") {
			if _, after, ok = strings.Cut(after, ") "); !ok {
				break
			}
		}
		if end := strings.IndexAny(after, "([\n"); end > 0 {
			out = append(out, nameHash(after[:end]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func nameHash(name string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // never fails
	return h.Sum32()
}
