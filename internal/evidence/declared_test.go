package evidence_test

import "testing"

func TestDeclaredHandles(t *testing.T) {
	yaml := func(name string) string {
		return "version: 1\nhandles:\n  privileged:\n    " + name + ": it is the owner's\n"
	}
	const store = `package store

type Store struct {
	ownerPool, pool *Pool
	*Base
}

var Owner *Pool

func (s *Store) System() *Pool { return nil }

func Open() *Pool { return nil }
`
	for name, found := range map[string]bool{
		"internal/store.Store.ownerPool":                 true,
		"./internal/store.Store.ownerPool":               true,
		"example.com/app/internal/store.Store.ownerPool": true,
		"internal/store.Store.Base":                      true,
		"internal/store.Store.System":                    true,
		"internal/store.Owner":                           true,
		"internal/store.Open":                            true,
		"Main.owner":                                     true,
		"internal/store.Store.ownrPool":                  false,
		"internal/store.ownerPool":                       false,
		"internal/store.System":                          false,
		"store.Store.ownerPool":                          false,
		"internal/store.Store":                           false,
		"internal/store.Store.inTest":                    false,
	} {
		m := refresh(t, write(t, map[string]string{
			"go.mod": "module example.com/app\n", "tenantvet.yaml": yaml(name), "internal/store/store.go": store,
			"internal/store/a_test.go": "package store\n\ntype Store struct { inTest int }\n", "main.go": "package main\n\ntype Main struct{ owner int }\n",
		}))
		want := ""
		if !found {
			want = "config tenantvet.yaml:4:5: handles.privileged: no field, variable, function or method " + name + "; correct it or take it out"
		}
		if got := problems(m); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestDeclaredFunctions(t *testing.T) {
	m := refresh(t, write(t, map[string]string{
		"go.mod":       "module example.com/app\n",
		"auth/auth.go": "package auth\n\ntype Verifier struct{}\n\nfunc (*Verifier) Verify() {}\n",
		"tenantvet.yaml": "version: 1\ntenant:\n  verified:\n    auth.Verifier.Verify: it checks the signature\n" +
			"    auth.Verify: it is gone\n",
	}))
	const want = "config tenantvet.yaml:5:5: tenant.verified: no function or method auth.Verify; correct it or take it out"
	if got := problems(m); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
