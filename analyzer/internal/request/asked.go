package request

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/fullname"
)

// Asked reports whether a call is made only where something said who sends the
// request: what contexts carry, a header or a cookie, or a function that looks there.
func (a *Analysis) Asked(call ssa.CallInstruction) bool {
	p := a.engine
	if p == nil {
		return false
	}
	p.budget, p.raw = budget, true // what was found about it is asked as well
	defer func() { p.raw = false }()
	g := &guard{engine: p, seen: map[ssa.Value]bool{}}
	return slices.ContainsFunc(conditions(call.Block(), nil), func(c condition) bool { return g.aboutSender(c.value, 0) })
}

// aboutSender reports whether a condition depends on who sends the request.
func (g *guard) aboutSender(v ssa.Value, depth int) bool {
	if depth > maxBehind {
		return true // nobody knows
	}
	switch v := v.(type) {
	case *ssa.Const:
		return false
	case *ssa.UnOp:
		if v.Op.String() != "*" {
			return g.aboutSender(v.X, depth+1)
		}
	case *ssa.BinOp:
		return g.aboutSender(v.X, depth+1) || g.aboutSender(v.Y, depth+1)
	case *ssa.Phi:
		if g.seen[v] {
			return false
		}
		g.seen[v] = true
		for i, e := range v.Edges {
			if g.aboutSender(e, depth+1) || slices.ContainsFunc(conditions(v.Block().Preds[i], v.Block()), func(c condition) bool { return g.aboutSender(c.value, depth+1) }) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(g.trace(v, "", nil), saysWho) ||
		slices.ContainsFunc(g.callsBehind(v, 0), g.asksSender)
}

// saysWho reports whether a value may say who sends a request.
func saysWho(o Origin) bool {
	switch o.Kind {
	case Context:
		return true
	case Request:
		return o.What == "header" || o.What == "cookie" || o.What == unverifiedToken
	}
	return false
}

// asksSender reports whether a call may find out who sends the request.
func (g *guard) asksSender(call ssa.CallInstruction) bool {
	c := g.callee(call)
	switch c.entry.role {
	case verified, password, secret, get:
		return true
	case source:
		return c.entry.kind == "header" || c.entry.kind == "cookie"
	}
	if c.fn == nil {
		_, builtin := call.Common().Value.(*ssa.Builtin)
		return !builtin // a function of which nothing is known
	}
	if fullname.Is(c.fn, "(*net/http.Request).BasicAuth") {
		return true
	}
	if c.summary != nil && (c.summary.LogsIn || slices.ContainsFunc(c.summary.Reads, credentialWords)) {
		return true
	}
	for _, arg := range g.expanded(call, c) {
		switch {
		case g.apis.isRequest(arg.Type()), isContext(arg.Type()):
			if g.asks(c) {
				return true
			}
		case slices.ContainsFunc(g.trace(arg, "", nil), saysWho):
			return !g.SQL(c.fn)
		}
	}
	return false
}

// credentialWords reports whether words name what may say who sends a request.
func credentialWords(words string) bool {
	for _, kind := range []string{"header", "cookie"} {
		if strings.HasPrefix(words, kind+" ") || words == (Origin{Kind: Request, What: kind}).Words() {
			return true
		}
	}
	return words == (Origin{Kind: Request, What: unverifiedToken}).Words()
}
