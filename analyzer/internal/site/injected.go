package site

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// injected says what the contexts of the module's requests carry under a key.
// Of a plain value it is enough that something puts it there: that the setting is
// then made from it, the engine sees where it is made.
func (t Tenancy) injected(key string, value bool) scope.Injection {
	if t.Module == nil {
		return scope.NotInjected
	}
	return t.injection(key, value, t.Module.Injections[scope.PlainKey(key)])
}

// requested says it of the contexts that requests come with: what is only handed
// to callbacks is not in them.
func (t Tenancy) requested(key string, value bool) scope.Injection {
	if t.Module == nil {
		return scope.NotInjected
	}
	in := t.Module.Injections[scope.PlainKey(key)]
	if in.Confined > 0 && in.Confined == in.Scoped+in.Bare {
		in = evidence.Injection{}
	}
	return t.injection(key, value, in)
}

func (t Tenancy) injection(key string, value bool, in evidence.Injection) scope.Injection {
	switch {
	case in.Scoped+in.Bare > 0 && scope.PlainKey(key) != key:
		return scope.InjectsAny // of which of the keys of the generic type, is not told
	case value && in.Scoped+in.Bare > 0:
		return scope.InjectsScoped
	case in.Scoped > 0 && in.Bare == 0:
		return scope.InjectsScoped
	case in.Bare > 0 && t.BareAt(key) != nil && !t.injectedElsewhere(key):
		return scope.InjectsBare
	case in.Scoped > 0 || in.Bare > 0 || t.injectedElsewhere(key):
		return scope.InjectsAny
	}
	return scope.NotInjected
}

// BareAt returns a place that puts a handle into contexts under a key, if all that the
// module puts there are without the tenant's context, and stay so; nil otherwise.
func (t Tenancy) BareAt(key string) *evidence.Place {
	if t.Module == nil || t.poolsVary() || t.handlesVary() {
		return nil // whose pool it was begun on decides
	}
	at, ok := t.Module.Bare[key]
	if !ok {
		return nil
	}
	return &at
}

// PutBare tells where the handle that a site rests on, or that it uses the pool instead
// of, is put into contexts without the tenant's context; "" where that is not so.
func (r *Result) PutBare(s *Site) (key, posn string) {
	if s.Handle == nil || s.Verdict.Kind != scope.Unscoped {
		return "", ""
	}
	for _, key := range r.judge.Bare(*s.Handle) {
		if at := r.Tenancy.BareAt(key); at != nil {
			return key, fmt.Sprintf("%s:%d:%d", filepath.Join(r.Tenancy.Module.Root, filepath.FromSlash(at.File)), at.Line, at.Column)
		}
	}
	return "", ""
}

// injectedElsewhere reports whether code that the evidence doesn't cover may put
// something under a key: that of the key's own module, of the modules beside
// this one, or of those that use a library.
func (t Tenancy) injectedElsewhere(key string) bool {
	_, untold := t.Module.Injections[evidence.AnyKey]
	if untold && strings.HasPrefix(key, "\"") {
		return true // some helper puts what it is given under the key that it is given
	}
	own := strings.HasPrefix(key, "\"") || strings.HasPrefix(key, t.Module.Path+".") || strings.HasPrefix(key, t.Module.Path+"/")
	return !own || !t.Module.Alone || !t.Module.Main
}

// poolsVary reports whether pools of the module have hooks that set the context.
func (t Tenancy) poolsVary() bool { return t.Module != nil && t.Module.Hooks.SetsContext }

// setter reports whether some function of the module with this name, or with any if it
// is "", may set the tenant's context on what it is given.
func (t Tenancy) setter(name string) bool {
	if t.Module == nil {
		return false
	}
	if name == "" {
		return len(t.Module.Setters) > 0
	}
	return slices.Contains(t.Module.Setters, name) || slices.Contains(t.Module.Setters, evidence.AnyKey)
}
