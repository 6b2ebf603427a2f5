package scope

import (
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// Helpers set the tenant's context where they are given a tenant, and leave it out
// where they are not: `if tenant != "" { set_config(..) }`, `if system { return tx }`.
// Whether such a helper scopes a handle is its caller's decision, who passes the
// value. In summaries that stands as a place that is not a handle but asks of a
// parameter whether it is its type's zero.
const (
	notZero = "≠0"
	isZeros = "=0"
	// orUnknown follows where nothing can be said of a handle in case that nothing is
	// known of the value: the function leaves early. Otherwise the setting is then taken
	// to be missing.
	orUnknown = "?"
)

// asksValue reports whether a path asks of a parameter what its value is.
func asksValue(path string) bool {
	path = strings.TrimSuffix(path, orUnknown)
	return strings.HasSuffix(path, notZero) || strings.HasSuffix(path, isZeros)
}

// asksValue reports whether a place is not a handle but asks for a parameter's value.
func (p Place) asksValue() bool { return asksValue(p.Path) }

// wantsZero reports whether it is the zero value that a place asks for.
func (p Place) wantsZero() bool { return strings.HasPrefix(p.Path, isZeros) }

// leavesOpen reports whether nothing is said where nothing is known of the value.
func (p Place) leavesOpen() bool { return strings.HasSuffix(p.Path, orUnknown) }

// asksValue reports whether an object is such a question, to the function's caller.
func (o *Object) asksValue() bool { return o.Root == Param && asksValue(o.Path) }

// asks reports whether a parameter decides whether an entry is in effect, or what a
// context carries that is one.
func (e Entry) asks() bool {
	return e.If != nil && e.If.Root == Param && (e.If.asksValue() || e.If.value)
}

// asked is the question whether a parameter is zero, or not.
func (f *frame) asked(p *ssa.Parameter, path string) *Object {
	return f.in.intern(Object{Root: Param, Index: paramIndex(p), Value: p, Path: path}, "value")
}

// asks is the question that a parameter answers with yes: it was asked whether it is
// not zero.
func (f *frame) asks(o *Object, nonZero bool) *Object {
	switch {
	case nonZero:
		return o
	case !o.asksValue():
		return nil // no setting is made for contexts without tenant
	}
	return f.asked(o.Value.(*ssa.Parameter), isZeros)
}

// leavingOpen is the question of an entry, asked so that nothing is said where nothing
// is known of the value.
func (f *frame) leavingOpen(o *Object) *Object {
	if !o.asksValue() || strings.HasSuffix(o.Path, orUnknown) {
		return o
	}
	return f.asked(o.Value.(*ssa.Parameter), o.Path+orUnknown)
}

// parameter returns the parameter of the declared function, at hand or around the
// literal, that a value is and stays: nil if it is none, or one that carries handles.
func (f *frame) parameter(v ssa.Value) *ssa.Parameter {
	p, ok := single(v).(*ssa.Parameter)
	if !ok || p.Parent() != root(f.fn) || p == receiver(p.Parent()) {
		return nil
	}
	if t := p.Type(); isFunc(t) || isError(t) || carriesValues(t) || f.kindOf(t) != dbapi.NoHandle || !f.isValue(t) {
		return nil
	}
	return p
}

// value is the question to the caller that decides an entry at a function's exits; nil
// if it is none.
func (e Entry) value(f *frame) *Place {
	if e.If == nil || !e.If.asksValue() {
		return nil
	}
	p := f.leavingOpen(e.If).Place()
	return &p
}
