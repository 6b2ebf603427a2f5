package scope

import (
	"go/types"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Programs make one key for each type of what they carry: `type key[T any] struct{}`,
// with functions With[T] and From[T]. Which key is meant, only the call of those says;
// in their summaries the name of the key has holes for the type parameters.

// typeArguments is the part of a key's name for the arguments of its type.
func typeArguments(n *types.Named) string {
	if n.TypeArgs().Len() == 0 {
		return ""
	}
	var args []string
	for t := range n.TypeArgs().Types() {
		args = append(args, keyArgument(t))
	}
	return "[" + strings.Join(args, ",") + "]"
}

func keyArgument(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		return hole(p.Index())
	}
	return types.TypeString(t, func(p *types.Package) string { return p.Path() })
}

func hole(i int) string { return "‹" + strconv.Itoa(i) + "›" }

// PlainKey is the name of a key without the arguments of its type, as the module's
// evidence knows it.
func PlainKey(key string) string {
	if i := strings.IndexByte(key, '['); i > 0 && key[0] != '"' {
		return key[:i]
	}
	return key
}

// instance is the summary of a generic function with the holes filled in that its type
// parameters leave in the names of keys.
func (s *Summary) instance(fn *ssa.Function) *Summary {
	args := fn.TypeArgs()
	if s == nil || len(args) == 0 || !strings.Contains(s.String(), "‹") {
		return s
	}
	var pairs []string
	for i, t := range args {
		// Within a path, no name has a dot.
		pairs = append(pairs, hole(i), strings.ReplaceAll(keyArgument(t), ".", "·"))
	}
	filled := fill(reflect.ValueOf(*s), strings.NewReplacer(pairs...)).Interface().(Summary)
	return &filled
}

// fill copies a value with the strings in it changed.
func fill(v reflect.Value, holes *strings.Replacer) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(holes.Replace(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(fill(v.Field(i), holes))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				out.Index(i).Set(fill(v.Index(i), holes))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(fill(v.Elem(), holes))
		}
	default:
		out.Set(v)
	}
	return out
}
