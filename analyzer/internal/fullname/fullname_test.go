package fullname

import (
	"go/importer"
	"go/types"
	"testing"
)

func TestIs(t *testing.T) {
	pkg, err := importer.Default().Import("context")
	if err != nil {
		t.Fatal(err)
	}
	withValue := pkg.Scope().Lookup("WithValue").(*types.Func)
	value, _, _ := types.LookupFieldOrMethod(pkg.Scope().Lookup("Context").Type(), false, pkg, "Value")
	for _, test := range []struct {
		fn    *types.Func
		names []string
		want  bool
	}{
		{withValue, []string{"context.WithValue"}, true},
		{withValue, []string{"context.Background", "context.WithValue"}, true},
		{withValue, []string{"context.Value"}, false},
		{withValue, []string{"example.com/context.WithValue"}, false},
		{withValue, []string{"WithValue"}, false},
		{withValue, nil, false},
		{value.(*types.Func), []string{"(context.Context).Value"}, true},
		{value.(*types.Func), []string{"context.WithValue"}, false},
		{nil, []string{"context.WithValue"}, false},
	} {
		if got := Is(test.fn, test.names...); got != test.want {
			t.Errorf("Is(%v, %q) = %v", test.fn, test.names, got)
		}
	}
}
