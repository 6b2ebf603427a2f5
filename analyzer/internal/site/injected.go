package site

import "github.com/tenantvet/tenantvet/analyzer/internal/scope"

// injected says what the contexts of the module's requests carry under a key.
func (t Tenancy) injected(key string) scope.Injection {
	if t.Module == nil {
		return scope.NotInjected
	}
	switch in := t.Module.Injections[key]; {
	case in.Scoped > 0 && in.Bare == 0:
		return scope.InjectsScoped
	case in.Scoped > 0 || in.Bare > 0:
		return scope.InjectsAny
	}
	return scope.NotInjected
}

// poolsVary reports whether pools of the module have hooks that set the context.
func (t Tenancy) poolsVary() bool { return t.Module != nil && t.Module.Hooks.SetsContext }
