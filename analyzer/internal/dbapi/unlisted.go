package dbapi

import "go/types"

// Unlisted reports whether a function is a method of a library's handle that the
// catalogue does not list, and that may send something: of a version of the library
// which is newer than the catalogue. What gets neither a context nor a text sends
// nothing.
func (c *Catalogue) Unlisted(fn *types.Func) bool {
	if fn == nil || !fn.Exported() || !c.owns(fn) || c.Quiet(fn) {
		return false
	}
	recv := fn.Signature().Recv()
	if recv == nil || c.KindOf(recv.Type()) == NoHandle || c.IsChain(recv.Type()) {
		return false
	}
	if _, listed := c.Method(fn); listed {
		return false
	}
	if _, like := c.Shape(fn.Signature()); like && types.IsInterface(recv.Type()) {
		return false
	}
	if firstString(fn.Signature()) >= 0 {
		return true
	}
	params := fn.Signature().Params()
	for i := range params.Len() {
		if types.TypeString(params.At(i).Type(), nil) == "context.Context" {
			return true
		}
	}
	return false
}
