package scope

import (
	"go/token"
	"go/types"
)

// Implementations finds the one type in sight that is behind an interface, for
// those who follow other values than handles.
type Implementations struct{ im *implementations }

// NewImplementations looks in a package and in those of the same module that it
// imports.
func NewImplementations(pkg *types.Package, local func(path string) bool, posn func(token.Pos) string) Implementations {
	im := &implementations{pkg: pkg, posn: posn, memo: map[*types.Func]implementation{}}
	for _, imp := range pkg.Imports() {
		if local(imp.Path()) {
			im.near = append(im.near, imp)
		}
	}
	return Implementations{im}
}

// Method returns what a method of an interface is, nil unless there is one
// type in sight that has it.
func (i Implementations) Method(of types.Type, m *types.Func) *types.Func {
	iface, ok := of.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	impl := i.im.method(of, iface, m)
	if impl.path != "" {
		return nil // of something that the type embeds
	}
	return impl.fn
}
