package textpos

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// A spelling is a text and where the program spells it out.
type spelling struct {
	text     string
	segments []segment // without gaps or overlaps, in order
}

// A segment is a part of a text that comes from one place.
type segment struct {
	n int // bytes of the text
	// One of these says where it comes from; none, if nobody knows.
	lit  *ast.BasicLit
	obj  types.Object // a constant of another package
	file string       // an embedded file
	off  int          // where it starts in the value of the literal or file
}

func (s *spelling) add(t spelling) {
	s.text += t.text
	s.segments = append(s.segments, t.segments...)
}

// cut is a part of a spelling.
func (s spelling) cut(from, to int) spelling {
	out := spelling{text: s.text[from:to]}
	at := 0
	for _, seg := range s.segments {
		a, b := max(from, at), min(to, at+seg.n)
		if a < b {
			part := seg
			part.n, part.off = b-a, seg.off+a-at
			out.segments = append(out.segments, part)
		}
		at += seg.n
	}
	return out
}

// at finds the segment that a byte of the text is in, and where in it.
func (s spelling) at(i int) (seg segment, in int, ok bool) {
	for _, seg := range s.segments {
		if i < seg.n {
			return seg, i, true
		}
		i -= seg.n
	}
	return segment{}, 0, false
}

// spell reads a constant string expression.
func (x *Index) spell(e ast.Expr) (spelling, bool) {
	text, ok := x.constant(e)
	if !ok {
		return spelling{}, false
	}
	s := x.spellParts(e, 0)
	if s.text != text {
		return spelling{text: text, segments: []segment{{n: len(text)}}}, true
	}
	return s, true
}

func (x *Index) constant(e ast.Expr) (string, bool) {
	v := x.info.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

const maxDepth = 200 // of nested expressions and of constants made of constants

func (x *Index) spellParts(e ast.Expr, depth int) spelling {
	text, ok := x.constant(e)
	if !ok || depth > maxDepth {
		return spelling{}
	}
	whole := func(seg segment) spelling {
		seg.n = len(text)
		return spelling{text: text, segments: []segment{seg}}
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		return whole(segment{lit: e})
	case *ast.ParenExpr:
		return x.spellParts(e.X, depth+1)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			s := x.spellParts(e.X, depth+1)
			s.add(x.spellParts(e.Y, depth+1))
			return s
		}
	case *ast.CallExpr: // a conversion
		if len(e.Args) == 1 {
			return x.spellParts(e.Args[0], depth+1)
		}
	case *ast.Ident:
		return x.spellConst(x.info.Uses[e], whole, depth)
	case *ast.SelectorExpr:
		return x.spellConst(x.info.Uses[e.Sel], whole, depth)
	}
	return whole(segment{})
}

func (x *Index) spellConst(obj types.Object, whole func(segment) spelling, depth int) spelling {
	if obj == nil {
		return whole(segment{})
	}
	if obj.Pkg() != x.pkg {
		return whole(segment{obj: obj})
	}
	if given := x.given[obj]; len(given) == 1 {
		return x.spellParts(given[0], depth+1)
	}
	return whole(segment{})
}

// pieces cuts a format as fmt does: the texts between its verbs.
func pieces(format spelling) []spelling {
	var out []spelling
	var piece spelling
	from := 0
	for {
		i := strings.IndexByte(format.text[from:], '%')
		if i < 0 {
			piece.add(format.cut(from, len(format.text)))
			return append(out, piece)
		}
		i += from
		piece.add(format.cut(from, i))
		verb := i + 1
		for verb < len(format.text) && strings.IndexByte("+-# 0123456789.[]*", format.text[verb]) >= 0 {
			verb++
		}
		if verb >= len(format.text) {
			return append(out, piece)
		}
		if format.text[verb] == '%' {
			piece.add(format.cut(verb, verb+1))
		} else {
			out = append(out, piece)
			piece = spelling{}
		}
		from = verb + 1
	}
}
