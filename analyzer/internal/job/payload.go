package job

import (
	"go/types"
	"slices"
	"strings"
	"unicode"

	"github.com/tenantvet/tenantvet/internal/evidence"
)

// maxDepth bounds the structs within a payload that are looked into.
const maxDepth = 4

// A naming tells whether a payload names a tenant.
type naming int

const (
	namesNone naming = iota
	mayName          // it can hold anything
	names            // a field, or its type, is called like a tenant, or like its column
)

// namingOf tells that of a type. A name by itself silences and accuses nobody.
func namingOf(t types.Type, columns []string, depth int) naming {
	t = types.Unalias(t)
	if depth > maxDepth {
		return mayName
	}
	if n, ok := t.(*types.Named); ok && depth > 0 && calledTenant(n.Obj().Name(), columns) {
		return names
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return namingOf(u.Elem(), columns, depth+1)
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
			return mayName // a document
		}
		return namingOf(u.Elem(), columns, depth+1)
	case *types.Array:
		return namingOf(u.Elem(), columns, depth+1)
	case *types.Map, *types.Interface:
		return mayName
	case *types.Struct:
		if n, ok := t.(*types.Named); ok && depth > 0 && !exportsFields(u) {
			if scalar(n) {
				return namesNone
			}
			return mayName
		}
		found := namesNone
		for i := range u.NumFields() {
			f := u.Field(i)
			switch {
			case !f.Exported() && !f.Embedded(): // a queue doesn't keep it
			case calledTenant(f.Name(), columns) || calledTenant(u.Tag(i), columns):
				return names
			default:
				found = max(found, namingOf(f.Type(), columns, depth+1))
			}
		}
		return found
	}
	return namesNone
}

// exportsFields reports whether a queue keeps anything of a struct.
func exportsFields(s *types.Struct) bool {
	for i := range s.NumFields() {
		if s.Field(i).Exported() || s.Field(i).Embedded() {
			return true
		}
	}
	return false
}

// scalar reports whether a struct without exported fields says something else
// than whose it is.
func scalar(n *types.Named) bool {
	return n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "time"
}

// calledTenant reports whether a name speaks of a tenant, in the words of the
// program's own columns or of programs in general.
func calledTenant(name string, columns []string) bool {
	for _, c := range columns {
		stem := strings.TrimSuffix(plain(c), "id")
		if len(stem) > 2 && strings.Contains(plain(name), stem) {
			return true
		}
	}
	words := evidence.TenantWords()
	return slices.ContainsFunc(wordsOf(name), func(w string) bool {
		return slices.ContainsFunc(words, func(known string) bool { return strings.HasPrefix(w, known) })
	})
}

func plain(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}

// wordsOf splits a name, or a tag, where its case rises and at what is no letter.
func wordsOf(name string) []string {
	var spaced strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r):
			r = ' '
		case unicode.IsUpper(r) && lower:
			spaced.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		spaced.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(spaced.String())
}
