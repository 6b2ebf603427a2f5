package site

import (
	"go/ast"
	"go/token"
	"reflect"
	"sync"
)

var resultType = reflect.TypeFor[*Result]()

// A callIndex finds call expressions by their left parenthesis, which is what
// SSA knows of them.
type callIndex struct {
	files []*ast.File
	once  sync.Once
	calls map[token.Pos]*ast.CallExpr
}

func (c *callIndex) at(lparen token.Pos) *ast.CallExpr {
	c.once.Do(func() {
		c.calls = map[token.Pos]*ast.CallExpr{}
		for _, f := range c.files {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					c.calls[call.Lparen] = call
				}
				return true
			})
		}
	})
	return c.calls[lparen]
}

// CallAt returns the call whose left parenthesis is at a position, or nil.
func (r *Result) CallAt(lparen token.Pos) *ast.CallExpr { return r.calls.at(lparen) }
