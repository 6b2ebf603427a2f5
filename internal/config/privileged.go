package config

import "strings"

// Privileged reports whether packages.privileged names the package. A pattern
// is an import path below the module ("./cmd/admin/...", "internal/ops") or a
// whole one; "..." stands for any text, and a final "/..." for the package
// itself as well, as for the go command. Test variants of a package count as
// the package.
func (c Config) Privileged(pkgPath, modulePath string) bool {
	return named(c.Packages.Privileged, pkgPath, modulePath)
}

// Client reports whether packages.client names the package; see Privileged.
func (c Config) Client(pkgPath, modulePath string) bool {
	return named(c.Packages.Client, pkgPath, modulePath)
}

func named(patterns []string, pkgPath, modulePath string) bool {
	pkgPath, _, _ = strings.Cut(pkgPath, " [") // "p [p.test]"
	pkgPath = strings.TrimSuffix(strings.TrimSuffix(pkgPath, ".test"), "_test")
	for _, pattern := range patterns {
		relative, isRelative := strings.CutPrefix(pattern, "./")
		relative = strings.TrimSuffix(relative, "/")
		if pattern == "." {
			relative, isRelative = "", true
		}
		if matchPattern(join(modulePath, relative), pkgPath) || !isRelative && matchPattern(relative, pkgPath) {
			return true
		}
	}
	return false
}

func join(modulePath, relative string) string {
	switch {
	case relative == "":
		return modulePath
	case modulePath == "":
		return relative
	}
	return modulePath + "/" + relative
}

// matchPattern matches as the go command does (go help packages).
func matchPattern(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok && matchWild(prefix, name) {
		return true
	}
	return matchWild(pattern, name)
}

func matchWild(pattern, name string) bool {
	parts := strings.Split(pattern, "...")
	rest, ok := strings.CutPrefix(name, parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
