package config

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// PrivilegedHandle reports whether handles.privileged names a handle of a
// package: a variable or function "DB", or a field or method "Store.ownerPool".
func (c Config) PrivilegedHandle(pkgPath, name, modulePath string) bool {
	return declares(c.Handles.Privileged, pkgPath, name, modulePath)
}

// IsVerified reports whether tenant.verified names a function of a package, or
// a method "Verifier.Verify".
func (c Config) IsVerified(pkgPath, name, modulePath string) bool {
	return declares(c.Tenant.Verified, pkgPath, name, modulePath)
}

// declares reports whether one of the declared names is that of something in a
// package, relative to the module or with the whole import path.
func declares(declared map[string]string, pkgPath, name, modulePath string) bool {
	if len(declared) == 0 {
		return false
	}
	pkgPath, _, _ = strings.Cut(pkgPath, " [")
	full := pkgPath + "." + name
	names := []string{full}
	if pkgPath == modulePath {
		names = append(names, name)
	} else if relative, ok := strings.CutPrefix(full, modulePath+"/"); ok {
		names = append(names, relative)
	}
	for d := range declared {
		for _, n := range names {
			if strings.TrimPrefix(d, "./") == n {
				return true
			}
		}
	}
	return false
}

// SplitHandle lists the ways to read a declared handle: a directory relative to
// the module, and one or two names.
func SplitHandle(declared, modulePath string) (dirs []string, names [][]string) {
	declared = strings.TrimPrefix(strings.TrimPrefix(declared, "./"), modulePath+"/")
	if root, ok := strings.CutPrefix(declared, modulePath+"."); ok {
		declared = root
	}
	parts := strings.Split(declared, ".")
	for n := 1; n <= 2 && n <= len(parts); n++ {
		dir := strings.Join(parts[:len(parts)-n], ".")
		if dir == "" || !strings.Contains(strings.Join(parts[len(parts)-n:], ""), "/") {
			dirs = append(dirs, dir)
			names = append(names, parts[len(parts)-n:])
		}
	}
	return dirs, names
}

var declaredName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:\./)?(?:[^\s*?\\]+\.)?[\pL_][\pL\pN_]*(?:\.[\pL_][\pL\pN_]*)?$`)
})

func checkHandle(name string) string {
	return checkDeclared(name, "handle", "internal/store.Store.ownerPool")
}

func checkFunction(name string) string {
	return checkDeclared(name, "function", "internal/auth.Verifier.Verify")
}

func checkDeclared(name, what, example string) string {
	if declaredName().MatchString(name) && !strings.HasPrefix(name, "../") && !strings.HasPrefix(name, "/") {
		return ""
	}
	return fmt.Sprintf("bad name of a %s %q; write package and name, as in %s", what, name, example)
}
