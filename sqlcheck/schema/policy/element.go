package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// split is string_to_array or regexp_split_to_array of arguments that are not NULL. Of a
// value that is not known there is one element, which stands for all of them.
func split(name string, args []value) value {
	of := args[0]
	out := value{kind: array, list: []value{of}, why: of.why}
	switch {
	case of.kind != text:
	case of.text == "" && name == "string_to_array":
		out.list = nil
	case of.text == "": // regexp_split_to_array('', ',') is {''}
	case len(args) == 2 && args[1].kind == text && args[1].text != "" && (name == "string_to_array" || regexp.QuoteMeta(args[1].text) == args[1].text):
		out.list = nil
		for _, part := range strings.Split(of.text, args[1].text) {
			out.list = append(out.list, constant(part))
		}
	default:
		out.list = []value{unknown(name, args...)}
	}
	return out
}

// indirection is a[1], and what else follows a value. There is nothing in NULL, nor
// beyond the end of an array.
func (r *run) indirection(n *pg.A_Indirection, e *env) value {
	of := r.eval(n.GetArg(), e)
	if v, done := strict(of); done {
		return v
	}
	if len(n.GetIndirection()) != 1 {
		return unknown("element", of)
	}
	at := n.GetIndirection()[0].GetAIndices()
	if at == nil || at.GetIsSlice() {
		return unknown("element", of)
	}
	index := r.eval(at.GetUidx(), e)
	if v, done := strict(of, index); done {
		return v
	}
	i, err := strconv.Atoi(index.text)
	if of.kind != array || index.kind != text || err != nil || slices.ContainsFunc(of.list, func(v value) bool { return v.kind != text }) {
		return unknown("element", of, index)
	}
	if i < 1 || i > len(of.list) {
		return value{why: of.why | index.why}
	}
	return of.list[i-1].because(of.why | index.why)
}
