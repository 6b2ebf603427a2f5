package scope

import (
	"go/types"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/dbapi"
)

// What may be missing is often no handle but what holds one: the queries that sqlc
// generates for a transaction, beside those for the pool. The queries of the pool are
// used unless the others are there; of handles, that is the one in the former unless the
// one at the same place in the latter.

// isHolder reports whether a type is a pointer to what may hold handles.
func (p *packageEngine) isHolder(t types.Type) bool {
	ptr, ok := t.Underlying().(*types.Pointer)
	if !ok || p.kindOf(t) != dbapi.NoHandle {
		return false
	}
	_, isStruct := ptr.Elem().Underlying().(*types.Struct)
	return isStruct && p.mayHold(t)
}

// isHolder reports whether an object is a pointer to a struct that callers may leave out.
func (o *Object) isHolder() bool {
	if o.Root != Param || o.Kind != dbapi.NoHandle || o.Type == nil || o.value || o.isCarried() || o.inRequest() {
		return false
	}
	ptr, ok := o.Type.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	_, isStruct := ptr.Elem().Underlying().(*types.Struct)
	return isStruct
}

// apart parts what may be missing into holders and handles.
func apart(absent []*Object) (holders, handles []*Object) {
	for _, a := range absent {
		if a.isHolder() {
			holders = append(holders, a)
		} else {
			handles = append(handles, a)
		}
	}
	return holders, handles
}

// insteadOf returns what must be missing for an object to be used, of holders that are: the
// one of the object's own type, or what is in it at the place that the object has in
// another one of that type.
func (f *frame) insteadOf(o *Object, holders []*Object) []*Object {
	for _, h := range holders {
		if h.same(o) || o.unless != nil {
			continue
		}
		if o.Kind == dbapi.NoHandle {
			if o.Type != nil && types.Identical(o.Type, h.Type) {
				return []*Object{h}
			}
			continue
		}
		if rest, ok := withinType(o, h.Type); ok && o.Root == Param && o.Path != h.Path+rest {
			if in := mayBeMissing(f.walk([]*Object{h}, rest)); len(in) == 1 {
				return in
			}
		}
	}
	return nil
}

// withinType is the path to an object from the last value of a type on the way to it.
func withinType(o *Object, t types.Type) (rest string, ok bool) {
	if o.Value == nil {
		return "", false
	}
	at, path := o.Value.Type(), o.Path
	for path != "" {
		if types.Identical(at, t) {
			rest, ok = path, true
		}
		name, more, _ := strings.Cut(path[1:], ".")
		if more != "" {
			more = "." + more
		}
		field := fieldNamed(at, name)
		if field == nil {
			return rest, ok
		}
		at, path = field.Type(), more
	}
	return rest, ok
}

// inHolder resolves a field of a holder that is used unless another one is there.
func (f *frame) inHolder(o *Object, field func(*Object) []*Object) (objs []*Object, ok bool) {
	if o.Kind != dbapi.NoHandle || len(o.unless) == 0 || !o.unless[0].isHolder() || o.plain == nil {
		return nil, false
	}
	return f.unless(field(o.plain), field(o.unless[0])), true
}
