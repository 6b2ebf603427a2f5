package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// unfollowed names code of the migrations that the replay could not follow and that
// may do what is missed, "" for none.
func unfollowed(m *schema.Model) string {
	for _, what := range slices.Sorted(maps.Keys(m.Unmodelled)) {
		switch {
		case what == "DO":
			return "a DO block"
		case what == "CREATE EVENT TRIGGER":
			return "an event trigger"
		case what == "SQL in Go":
			return "SQL that Go code puts together"
		case strings.HasPrefix(what, `\i`):
			return "a file that " + what + " reads"
		case what == "template", what == `\gexec`, what == "gexec", what == "SELECT", what == "CALL":
			return "a " + what
		case strings.HasPrefix(what, "function "):
			return what
		}
	}
	return ""
}

// unsure lowers a finding about something that is missing where code that is not
// followed may have done it.
func (s *State) unsure(f Finding) Finding {
	if what := unfollowed(s.Model); what != "" {
		f.Group = Suspect
		f.Message += "; unless " + what + " does, of which it can't be told what it changes"
	}
	return f
}
