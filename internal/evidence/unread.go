package evidence

import (
	"os"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
)

// readSetting finds the settings that a text reads by name.
var readSetting = pattern(`(?i)current_setting\s*\(\s*'([^']+)'|\bshow\s+([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+)`)

// settingsRead are the settings that a text reads.
func settingsRead(text string) []string {
	if !containsAs(text, "current_setting") && !containsAs(text, "show") {
		return nil
	}
	var out []string
	for _, m := range readSetting().FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ToLower(m[1]+m[2]))
	}
	return sortedSet(out)
}

// unread lists the settings that code of the module sets as the tenant's context
// although nothing reads them, while policies wait for another one: a wrong
// letter, or a policy that was changed and code that was not. Only those that are
// named like a tenant, or as good as like what a policy reads, are asked for:
// others may be for whoever looks at the session.
func (l *loader) unread(set []string) []string {
	wanted := map[string]bool{}
	for i := range l.module.Schemas {
		compared, _, _ := policySettings(&l.module.Schemas[i])
		for name := range compared {
			wanted[name] = strings.Contains(name, ".")
		}
	}
	var out []string
	for _, name := range set {
		asked := NamesTenant(name)
		for other, custom := range wanted {
			asked = asked || custom && Alike(name, other)
		}
		if asked && len(wanted) > 0 && !l.isRead(name) {
			out = append(out, name)
		}
	}
	return out
}

// Alike reports whether the names of two settings are as good as the same: they
// differ by a letter, or by where their words are parted.
func Alike(a, b string) bool { return differ(plainName(a), plainName(b)) <= 1 }

// isRead reports whether something in the module reads a setting.
func (l *loader) isRead(name string) bool {
	for _, s := range l.module.Schemas {
		for _, t := range s.Model.Tables {
			for _, p := range t.Policies {
				if mentions(p.Using, name) || mentions(p.Check, name) {
					return true
				}
			}
		}
		for _, f := range s.Model.Functions {
			if slices.Contains(f.Settings, name) || mentions(f.Body, name) {
				return true
			}
		}
	}
	for _, f := range l.tree.goFiles {
		if slices.Contains(l.index.get(f).Go.Reads, name) {
			return true
		}
	}
	return slices.ContainsFunc(slices.Concat(l.tree.sql, l.outside, l.chosen), func(f fileInfo) bool { return readsIn(f, name) })
}

// readsIn reports whether a SQL file may read a setting, policies and functions
// apart: of those, what is left of them at the end is in the model.
func readsIn(f fileInfo, name string) bool {
	data, err := os.ReadFile(f.abs)
	if err != nil || !mentions(string(data), name) {
		return err != nil
	}
	text := string(data)
	for _, span := range sqlcheck.Split(text) {
		st := text[span.Pos:span.End]
		if mentions(st, name) && !replaced().MatchString(st) {
			return true
		}
	}
	return false
}

// replaced finds the statements of which the model has what is left.
var replaced = pattern(`(?is)^\s*(--[^\n]*\n\s*|/\*.*?\*/\s*)*(create\s+policy|alter\s+policy|drop\s|comment\s|create\s+(or\s+replace\s+)?(function|procedure)\b)`)

// mentions reports whether a name stands in a text, and not a longer one.
func mentions(text, name string) bool {
	for rest := strings.ToLower(text); ; {
		before, after, ok := strings.Cut(rest, name)
		if !ok {
			return false
		}
		if (before == "" || !isNameByte(before[len(before)-1])) && (after == "" || !isNameByte(after[0]) && after[0] != '.') {
			return true
		}
		rest = after
	}
}

// plainName is a setting's name without what people forget in it.
func plainName(name string) string { return strings.NewReplacer("_", "", ".", "").Replace(name) }

// differ is the number of letters by which two names differ, as far as that is
// none or one; else 2.
func differ(a, b string) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	if a == b {
		return 0
	}
	if len(b)-len(a) > 1 {
		return 2
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if rest := b[i+1:]; len(a) == len(b) && a[i+1:] == rest || len(a) < len(b) && a[i:] == rest {
		return 1
	}
	return 2
}
