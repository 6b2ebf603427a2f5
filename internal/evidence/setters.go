package evidence

import (
	"maps"
	"os"
	"slices"
)

// makesHandle are methods of drivers that make the handle on which a function works.
var makesHandle = map[string]bool{"Begin": true, "BeginTx": true, "BeginFunc": true, "BeginTxFunc": true, "Beginx": true, "BeginTxx": true,
	"Acquire": true, "AcquireFunc": true, "Transaction": true, "RunInTx": true}

// setters lists the functions and methods, by name, that may set a custom setting on a
// handle that they are given: they set one, or call what does, and begin nothing
// themselves. Behind an interface, that is all that is known of what is called. AnyKey is
// among them if there are more than are looked for.
func (l *loader) setters() []string {
	found := map[string]bool{}
	for _, file := range l.tree.goFiles {
		for _, f := range l.index.get(file).Go.Funcs {
			if (f.Scopes || f.Sets) && f.onGiven() {
				found[f.Name] = true
			}
		}
	}
	left := maxInjecting
	for range levels {
		more := map[string]bool{}
		for _, file := range l.tree.goFiles {
			if !l.callsSetter(file, found) {
				continue
			}
			if left == 0 {
				found[AnyKey] = true // more than is looked at: any may be one
				return slices.Sorted(maps.Keys(found))
			}
			left--
			data, err := os.ReadFile(file.abs)
			if err != nil {
				continue
			}
			for _, f := range functionsOf(string(data)) {
				if !found[f.Name] && f.onGiven() && slices.ContainsFunc(f.Calls, func(name string) bool { return found[name] }) {
					more[f.Name] = true
				}
			}
		}
		if len(more) == 0 {
			break
		}
		maps.Copy(found, more)
	}
	return slices.Sorted(maps.Keys(found))
}

// onGiven reports whether a function works on handles that it is given.
func (f Func) onGiven() bool {
	return f.Name != "" && !ordinary[f.Name] && !slices.ContainsFunc(f.Calls, func(name string) bool { return makesHandle[name] })
}

func (l *loader) callsSetter(file fileInfo, setters map[string]bool) bool {
	calls := l.index.get(file).Go.ContextCalls
	for name := range setters {
		if _, ok := slices.BinarySearch(calls, nameHash(name)); ok {
			return true
		}
	}
	return false
}
