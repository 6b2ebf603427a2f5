package route

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/tenantvet/tenantvet/analyzer/internal/request"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

// Where statements name their tenant, what is right for the administration is a leak
// for everybody else: a report over all rows. Which of both a handler is for is said
// by where it is mounted. So statements on every tenant's rows are followed to the
// handlers that lead to them, whatever packages may hold them.

// everyone lists the package's statements on every tenant's rows: no value picks them,
// and no condition names a tenant.
func everyone(res *site.Result, posn func(*site.Site) string) []Statement {
	var out []Statement
	for _, s := range res.Sites {
		if s.Call == nil || s.Need != nil || !s.IsStatement() {
			continue
		}
		for _, t := range s.Texts {
			if len(res.Tenancy.Filtering(t).Unpinned) == 0 {
				continue
			}
			if st, r, ok := unpicked(res, t.Facts.Statements); ok {
				out = append(out, Statement{Call: s.Call, Relation: r.Name.String(), Operation: operation(st), Posn: posn(s)})
				break
			}
		}
	}
	return out
}

// unpicked finds the statement that no value holds to some rows.
func unpicked(res *site.Result, list []sqlcheck.Statement) (st sqlcheck.Statement, r sqlcheck.Relation, ok bool) {
	for _, st := range list {
		if len(st.Inserts) > 0 || slices.ContainsFunc(st.Relations, func(r sqlcheck.Relation) bool { return r.Loose || slices.ContainsFunc(r.Pins, picks) }) {
			continue
		}
		for _, r := range st.Relations {
			if _, _, filtered := res.Tenancy.Filtered(r.Name); filtered && r.Within != sqlcheck.InBody {
				return st, r, true
			}
		}
	}
	return st, r, false
}

func operation(st sqlcheck.Statement) string {
	switch st.Op {
	case sqlcheck.Update:
		return "UPDATE"
	case sqlcheck.Delete:
		return "DELETE"
	case sqlcheck.Merge:
		return "MERGE"
	case sqlcheck.CopyTo:
		return "COPY"
	}
	return "SELECT"
}

// everyone is a need of the functions around a call, up to the handler that they are
// part of: unless it was asked before who sends the request.
func (p *engine) everyone(call ssa.CallInstruction, n Need) {
	known := func(h Need) bool { return h.Everyone }
	if slices.ContainsFunc(p.needed[call.Parent()], known) || p.Asked(call) {
		return
	}
	for fn := call.Parent(); fn != nil; fn = fn.Parent() {
		have := p.needed[fn]
		if !slices.ContainsFunc(have, known) {
			p.needed[fn] = append(have, n)
			p.needCount++
		}
		if fn.Parent() != nil && isHandler(fn.Signature) {
			return
		}
	}
}

// asked reports whether a function around a call logs its caller in, or has asked who
// that is by then.
func asked(requests *request.Analysis) func(ssa.CallInstruction) bool {
	known := map[ssa.CallInstruction]bool{}
	return func(call ssa.CallInstruction) bool {
		answer, ok := known[call]
		if !ok {
			answer = logsIn(requests, call) || requests.Asked(call)
			known[call] = answer
		}
		return answer
	}
}

// forEveryone compares the routes whose handlers work on every tenant's rows with those
// that are behind what names a tenant. Those that have something else before them are
// for others; so are those on a router where no route has a tenant, and those that a
// privileged package mounts beside others that work for one tenant of its choice.
func (j *judge) forEveryone(routes []*mounted, whole bool) {
	works := slices.DeleteFunc(slices.Clone(routes), func(m *mounted) bool {
		_, works := m.need("")
		return !works || !m.known()
	})
	if len(works) == 0 {
		return
	}
	for _, key := range j.tenantsBefore(routes) {
		var lacking, covered []*mounted
		for _, m := range routes {
			if _, by := m.letBy(key); m.behind(key) {
				covered = append(covered, m)
			} else if by {
				continue // on purpose
			} else if slices.Contains(works, m) && !slices.Contains(m.judged, "") {
				lacking = append(lacking, m)
			}
		}
		if !whole && len(covered) <= len(lacking) && !j.Privileged {
			continue
		}
		layer, _ := covered[0].whole().layer(key)
		for _, m := range lacking {
			if n, _ := m.need(""); !j.Privileged && !j.apart(m, covered) && !slices.Contains(m.judged, key) {
				n.Key = key
				j.report(m, Finding{Pos: m.pos, Function: j.frame.fn, Handler: m.name, Need: n, Layer: layer, Posn: m.posn, Other: covered[0].name})
			}
			m.judged = append(m.judged, "")
		}
	}
}

// tenantsBefore lists the keys under which something before a route puts a tenant,
// sorted.
func (j *judge) tenantsBefore(routes []*mounted) []string {
	var keys []string
	for _, m := range routes {
		for _, l := range m.whole().Layers {
			if j.Tenant(l.Key) {
				keys = append(keys, l.Key)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
