package schema

import (
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// A session is what a connection knows that a new one would not.
type session struct {
	searchPath []string // in effect; the first one receives new objects
	role       string   // in effect, "" for the migrating role
	temporary  map[string]bool
	user       string // SET SESSION AUTHORIZATION, to which RESET ROLE goes back
}

func newSession(login string) session {
	return session{searchPath: []string{public}, role: login, user: login, temporary: map[string]bool{}}
}

// connect forgets what a new connection would not know.
func (c *catalog) connect() { c.session, c.outer = newSession(c.login), nil }

// local keeps what SET LOCAL hides until the transaction ends.
func (c *catalog) local() {
	if c.outer == nil {
		was := c.session
		c.outer = &was
	}
}

// endTransaction ends what SET LOCAL did.
func (c *catalog) endTransaction() {
	if c.outer != nil {
		c.session, c.outer = *c.outer, nil
	}
}

// setPath applies SET search_path.
func (c *catalog) setPath(names []string, local bool) {
	var path []string
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" && n != "$user" && n != "pg_catalog" && n != "pg_temp" {
			path = append(path, n)
		}
	}
	if local {
		c.local()
	} else if c.outer != nil {
		c.outer.searchPath = path
	}
	c.searchPath = path
}

// setRole applies SET ROLE and, with user, SET SESSION AUTHORIZATION.
func (c *catalog) setRole(name string, user, local bool) {
	if name == migratingRole {
		name = ""
	}
	if local {
		c.local()
	} else if c.outer != nil {
		c.outer.role = name
		if user {
			c.outer.user = name
		}
	}
	c.role = name
	if user {
		c.user = name
	}
}

// enterFunction gives the session what a function's options say: a definer's
// owner, and its search_path.
func (c *catalog) enterFunction(f *function) {
	if f.SecurityDefiner {
		c.role = f.Owner
	}
	if path, ok := f.config("search_path"); ok {
		c.setPath(splitPath(path), false)
	}
}

// leaveFunction takes it back; what else the function did to the session stays.
func (c *catalog) leaveFunction(f *function, saved session) {
	if f.SecurityDefiner {
		c.role = saved.role
	}
	if _, ok := f.config("search_path"); ok {
		c.searchPath = saved.searchPath
	}
}

// lookingIn runs f with a search_path.
func (c *catalog) lookingIn(path []string, f func()) {
	saved := c.searchPath
	if path != nil {
		c.searchPath = path
	}
	f()
	c.searchPath = saved
}

// lookupPath is where a function's body looks names up: what its SET clause says,
// else what was in effect when it was defined, since its callers' is not known.
func (f *function) lookupPath() []string {
	value, ok := f.config("search_path")
	if !ok {
		return f.path
	}
	path := []string{}
	for _, n := range splitPath(value) {
		if n = strings.TrimSpace(n); n != "" && n != "$user" && n != "pg_catalog" && n != "pg_temp" {
			path = append(path, n)
		}
	}
	return path
}

// splitPath reads a search_path as text.
func splitPath(path string) []string {
	return strings.Split(strings.ReplaceAll(path, `"`, ""), ",")
}

// set applies SET of search_path and of roles; other settings don't change the model.
func (r *replay) set(s *pg.VariableSetStmt) {
	var values []string
	for _, a := range s.GetArgs() {
		if v, ok := constant(a); ok {
			values = append(values, v)
		}
	}
	reset := s.GetKind() == pg.VariableSetKind_VAR_RESET || s.GetKind() == pg.VariableSetKind_VAR_SET_DEFAULT
	name := strings.ToLower(s.GetName())
	switch {
	case s.GetKind() == pg.VariableSetKind_VAR_RESET_ALL, name == "search_path" && reset:
		r.setPath([]string{"public"}, s.GetIsLocal())
	case name == "search_path":
		r.setPath(values, s.GetIsLocal())
	case name == "role" && (reset || len(values) == 0 || values[0] == "none"):
		r.setRole(r.user, false, s.GetIsLocal())
	case name == "role":
		r.setRole(values[0], false, s.GetIsLocal())
	case name == "session_authorization" && (reset || len(values) == 0):
		r.setRole(r.login, true, s.GetIsLocal())
	case name == "session_authorization":
		r.setRole(values[0], true, s.GetIsLocal())
	}
}

// discard is DISCARD ALL.
func (r *replay) discard(s *pg.DiscardStmt) {
	if s.GetTarget() == pg.DiscardMode_DISCARD_ALL {
		r.connect()
	}
}

// ownerOf returns the role that a statement makes an owner; one that a template
// inserts is not known.
func (r *replay) ownerOf(s *pg.RoleSpec) string {
	if name := r.roleOf(s); !strings.Contains(name, placeholder) {
		return name
	}
	return ""
}

// roleOf returns the role that an owner or a grantee names; "" is the migrating one.
func (r *replay) roleOf(s *pg.RoleSpec) string {
	switch s.GetRoletype() {
	case pg.RoleSpecType_ROLESPEC_CSTRING:
		if s.GetRolename() == migratingRole {
			return ""
		}
		return s.GetRolename()
	case pg.RoleSpecType_ROLESPEC_PUBLIC:
		return public
	case pg.RoleSpecType_ROLESPEC_SESSION_USER:
		return r.user
	}
	return r.role
}
