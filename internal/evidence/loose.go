package evidence

import (
	"slices"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// behindMigrations puts files that hold nothing but policies for tables that migrations
// make, such as supabase/policies.sql next to supabase/migrations, behind these: that is
// when somebody runs them, and alone they make no sense.
func behindMigrations(sources []source) []source {
	for i := 0; i < len(sources); i++ {
		s := &sources[i]
		if s.format != schema.Plain || s.chosen {
			continue
		}
		loose := s.model()
		changes, makes := tablesOf(loose)
		if len(makes) > 0 || !slices.ContainsFunc(loose.Tables, func(t *schema.Table) bool { return len(t.Policies) > 0 }) {
			continue
		}
		var base []*source
		for j := range sources {
			if o := &sources[j]; j != i && !o.setsUp && o.format != schema.Plain && makesAll(o.model(), loose) {
				base = append(base, o)
			}
		}
		if base = nearest(base, s.dir); len(changes) == 0 || len(base) != 1 {
			continue
		}
		base[0].files, base[0].made = append(slices.Clip(base[0].files), s.files...), nil
		sources = slices.Delete(sources, i, i+1)
		i--
	}
	return sources
}

// makesAll reports whether a schema makes the tables that another one changes, as far as
// they lie where it makes any, and has no policies on those that get some there.
func makesAll(m, loose *schema.Model) bool {
	found := false
	for _, p := range loose.Tables {
		i := slices.IndexFunc(m.Tables, func(t *schema.Table) bool { return t.Schema == p.Schema && t.Name == p.Name && !t.Assumed })
		switch {
		case i >= 0 && (len(p.Policies) == 0 || len(m.Tables[i].Policies) == 0):
			found = true
		case i >= 0 || slices.ContainsFunc(m.Tables, func(t *schema.Table) bool { return t.Schema == p.Schema && !t.Assumed }):
			return false
		}
	}
	return found
}

// made is what a source's files leave.
type made struct {
	model    *schema.Model
	problems []schema.Problem
}

// replayed replays a source's files, once.
func (s *source) replayed() *made {
	if s.made == nil {
		s.made = &made{}
		s.made.model, s.made.problems = schema.Replay(append(baseline(s.format), s.files...))
	}
	return s.made
}

func (s *source) model() *schema.Model { return s.replayed().model }
