package analyzer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/scope"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// A store whose pool nobody scopes has a finding in each of its methods, a job that
// works on the pool one in each of its lines, a header that is trusted one in each
// handler that reads it, and a package that works past the policies one in each call
// of what takes it there. What is wrong is one thing. From
// this many on they are one finding, at the first, whose path shows the others.
const manyFindings = 5

// causes names what is at fault for statements over handles that are not scoped.
type causes struct {
	scoped map[string]bool // fields over which some statement is in the tenant's scope
}

func causesOf(res *site.Result) causes {
	c := causes{map[string]bool{}}
	for _, s := range res.Sites {
		if s.Relation == "" || s.Verdict.Kind != scope.Safe {
			continue
		}
		for _, h := range s.Handles {
			for _, path := range h.OfReceiver() {
				c.scoped[receiver(s)+path] = true
			}
		}
	}
	return c
}

// receiver is the type of which the function around a site is a method, "" for none.
func receiver(s *site.Site) string {
	recv, _, ok := strings.Cut(strings.TrimLeft(s.Func, "(*"), ").")
	if !ok || !strings.HasPrefix(s.Func, "(") {
		return ""
	}
	return recv
}

// of names the cause of a finding: the field in which a type keeps the pool, if
// nothing ever scopes it, else the function that uses the handle.
func (c causes) of(s *site.Site) (field, function string) {
	if s.Need != nil || s.Func == "" {
		return "", ""
	}
	if recv := receiver(s); recv != "" && s.Handle.Root == scope.Param {
		for _, path := range s.Handle.OfReceiver() {
			if path != "" && !c.scoped[recv+path] {
				field = recv + path
			}
		}
	}
	return field, fmt.Sprint(s.Func, " ", s.Handle.Noun(), " ", s.Handle.Place())
}

// gather makes one finding of those that have one cause.
func gather(found []*finding) []*finding {
	fields, functions := map[string][]*finding{}, map[string][]*finding{}
	for _, f := range found {
		if f.field != "" {
			fields[f.field+string(f.group)] = append(fields[f.field+string(f.group)], f)
		}
	}
	for _, f := range found {
		if f.cause != "" && len(fields[f.field+string(f.group)]) < manyFindings {
			functions[f.cause+string(f.group)] = append(functions[f.cause+string(f.group)], f)
		}
	}
	var out []*finding
	for _, f := range found {
		all := fields[f.field+string(f.group)]
		if f.field == "" || len(all) < manyFindings {
			all = functions[f.cause+string(f.group)]
		}
		switch {
		case f.cause == "" || len(all) < manyFindings:
			out = append(out, f)
		case all[0] == f:
			out = append(out, joined(all))
		}
	}
	return out
}

// joined is the first of findings with the others in its path. Its fingerprint is
// made of all of theirs: one that comes in later is not hidden by an old baseline.
func joined(all []*finding) *finding {
	f := *all[0]
	f.parts = all
	say := overHandle
	switch {
	case f.together != nil:
		say = f.together
	case f.site == nil:
		say = asWell
	}
	message, stepOf := say(all)
	f.message += message
	f.path = slices.Clone(f.path)
	sum := sha256.New()
	for i, g := range all {
		fmt.Fprintln(sum, g.fingerprint)
		if i == 0 {
			continue
		}
		f.path = append(f.path, step{pos: g.pos, message: stepOf(g)})
		f.path = append(f.path, g.path...)
	}
	f.fingerprint = hex.EncodeToString(sum.Sum(nil)[:10])
	return &f
}

// overHandle tells of statements over one handle.
func overHandle(all []*finding) (message string, stepOf func(*finding) string) {
	where := "over the same handle"
	if all[0].field != "" && slices.ContainsFunc(all, func(g *finding) bool { return g.function != all[0].function }) {
		where = fmt.Sprintf("over %s, which nothing scopes", all[0].field)
	}
	return fmt.Sprintf("; so do %d more statements %s", len(all)-1, where), func(g *finding) string {
		what, _, _ := strings.Cut(g.message, " runs on")
		what, _, _ = strings.Cut(what, " in a transaction")
		return what + ", " + where
	}
}

// asWell tells of places where the same is done.
func asWell(all []*finding) (message string, stepOf func(*finding) string) {
	places := "places"
	if len(all) == 2 {
		places = "place"
	}
	return fmt.Sprintf("; so it is in %d more %s", len(all)-1, places), func(g *finding) string {
		what, _, _ := strings.Cut(g.message, ": ")
		return what
	}
}
