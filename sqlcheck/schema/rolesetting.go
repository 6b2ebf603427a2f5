package schema

import (
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// setting is ALTER ROLE .. SET and ALTER DATABASE .. SET.
func (r *replay) setting(role, database string, s *pg.VariableSetStmt) {
	if database == thisDatabase {
		database = "current_database()"
	}
	name := strings.ToLower(s.GetName())
	same := func(o *RoleSetting) bool { return o.Role == role && o.Database == database && o.Name == name }
	switch s.GetKind() {
	case pg.VariableSetKind_VAR_RESET_ALL:
		r.dropSettings(func(o *RoleSetting) bool { return o.Role == role && o.Database == database })
		return
	case pg.VariableSetKind_VAR_RESET, pg.VariableSetKind_VAR_SET_DEFAULT:
		r.dropSettings(same)
		return
	}
	r.dropSettings(same)
	r.settings = append(r.settings, &RoleSetting{Role: role, Database: database, Setting: Setting{name, r.settingValue(s)}, At: r.at})
}

// settingValue is the value as the server keeps it.
func (r *replay) settingValue(s *pg.VariableSetStmt) string {
	name := strings.ToLower(s.GetName())
	if s.GetKind() == pg.VariableSetKind_VAR_SET_CURRENT {
		if name == "search_path" {
			return joinPath(r.searchPath)
		}
		return ""
	}
	var values []string
	for _, a := range s.GetArgs() {
		v, _ := constant(a)
		values = append(values, v)
	}
	if name == "search_path" {
		return joinPath(values)
	}
	return strings.Join(values, ", ")
}

func (r *replay) dropSettings(which func(*RoleSetting) bool) {
	r.settings = slices.DeleteFunc(r.settings, which)
}

func (r *replay) alterRoleSet(s *pg.AlterRoleSetStmt) {
	role := ""
	if s.GetRole() != nil {
		if role = r.roleOf(s.GetRole()); role == "" {
			role = "current_user"
		}
	}
	r.setting(role, s.GetDatabase(), s.GetSetstmt())
}
