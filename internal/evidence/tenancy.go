package evidence

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Strategies by which a program keeps tenants apart. That statements carry a
// condition on the tenant's column is for the configuration to say: a column
// that many tables have shows that there are tenants, not that each statement
// is meant to name one.
const (
	StrategyRLS    = config.RLS    // policies compare rows with a setting
	StrategyFilter = config.Filter // statements carry a condition on the tenant's column
	StrategyBoth   = config.Both
	StrategyNone   = "" // no evidence of tenancy
)

// A Tenancy says how a schema's rows and the connection's context name their tenant.
type Tenancy struct {
	// Settings carry the tenant, lower case: those named like a tenant first, then
	// by the number of tables whose policies read them. "role" and
	// "request.jwt.claims" can be among them.
	Settings []string
	// BypassFlags are settings that open policies whatever the row, sorted.
	BypassFlags []string
	// Opening are the values with which a bypass flag opens a policy; a flag that
	// is not in it may do so with any.
	Opening map[string][]string
	// Columns hold the tenant's key, the most common first.
	Columns []string
	// Strategy is one of the Strategies.
	Strategy string
}

// ByPolicies reports whether row-level security keeps the tenants apart.
func (t Tenancy) ByPolicies() bool { return t.Strategy == StrategyRLS || t.Strategy == StrategyBoth }

// ByFilter reports whether each statement is to name its tenant.
func (t Tenancy) ByFilter() bool { return t.Strategy == StrategyFilter || t.Strategy == StrategyBoth }

// Tenancy infers how s (may be nil) keeps tenants apart; the configuration
// overrides each part.
func (m *Module) Tenancy(s *Schema) Tenancy {
	var t Tenancy
	compared, flags, columns := policySettings(s)
	t.Settings = tenantSettings(compared)
	if len(t.Settings) == 0 {
		t.Settings = tenantNames(m.SettingsInCode)
	}
	if len(m.Config.Tenant.Settings) > 0 {
		t.Settings = sortedSet(slices.Clone(m.Config.Tenant.Settings))
	}
	for _, f := range flags {
		if !slices.Contains(t.Settings, f) && compared[f] == 0 && !strings.HasPrefix(f, "request.") {
			t.BypassFlags = append(t.BypassFlags, f)
		}
	}
	t.Opening = openingValues(s, t.BypassFlags)
	t.Columns = columns
	if len(t.Columns) == 0 {
		t.Columns = commonColumns(s)
	}
	if len(m.Config.Tenant.Columns) > 0 {
		t.Columns = m.Config.Tenant.Columns
	}
	switch {
	case m.Config.Strategy != "":
		t.Strategy = m.Config.Strategy
	case len(t.Settings) > 0, len(m.Config.Tenant.Tables) > 0:
		t.Strategy = StrategyRLS
	}
	return t
}

// policySettings reads the policies in force: the settings that they compare
// with rows and in how many tables, those that open permissive policies by themselves, and the columns
// compared, the most common first.
func policySettings(s *Schema) (compared map[string]int, flags, columns []string) {
	compared = map[string]int{}
	votes := map[string]int{}
	if s == nil || s.Model == nil {
		return compared, nil, nil
	}
	for _, t := range s.Model.Tables {
		if !t.RLS {
			continue
		}
		mine, read := map[string]bool{}, map[string]bool{}
		for _, p := range t.Policies {
			for _, u := range p.Settings {
				switch {
				case u.Use == schema.ComparesRow:
					read[u.Name] = true
					for _, c := range u.Columns {
						mine[c] = true
					}
				case p.Permissive:
					flags = append(flags, u.Name)
				}
			}
		}
		delete(mine, "id") // the tenants themselves
		for c := range mine {
			votes[c]++
		}
		for name := range read {
			compared[name]++
		}
	}
	flags = sortedSet(flags)
	most := 0
	for _, n := range votes {
		most = max(most, n)
	}
	for c, n := range votes {
		if n*5 >= most { // not each column by which some table is reached
			columns = append(columns, c)
		}
	}
	slices.SortFunc(columns, func(a, b string) int { return cmp.Or(votes[b]-votes[a], cmp.Compare(a, b)) })
	return compared, flags, columns
}

// tenantSettings leaves out the role where policies read proper settings as
// well: there, SET ROLE only lowers privileges.
func tenantSettings(compared map[string]int) []string {
	names := slices.SortedFunc(maps.Keys(compared), func(a, b string) int {
		return cmp.Or(compareBool(NamesTenant(b), NamesTenant(a)), compared[b]-compared[a], cmp.Compare(a, b))
	})
	if len(names) > 1 {
		names = slices.DeleteFunc(names, func(n string) bool { return n == "role" })
	}
	return names
}

// tenantWords name a tenant in the last part of a setting's name.
var tenantWords = []string{"tenant", "org", "organization", "organisation", "workspace", "company", "account"}

// TenantWords are the words that programs call a tenant.
func TenantWords() []string { return slices.Clone(tenantWords) }

// tenantNames picks the settings that are named like a tenant.
func tenantNames(settings []string) []string {
	var out []string
	for _, s := range settings {
		last := s[strings.LastIndexByte(s, '.')+1:]
		if slices.ContainsFunc(words(last), func(w string) bool { return slices.Contains(tenantWords, w) }) && !isFlagName(last) {
			out = append(out, s)
		}
	}
	return out
}

// NamesTenant reports whether a setting is named like one that carries the
// tenant. It is for settings that code sets and no policy reads.
func NamesTenant(setting string) bool {
	return strings.Contains(setting, ".") && len(tenantNames([]string{setting})) > 0
}

// isFlagName reports whether a setting with a tenant word is a switch.
func isFlagName(name string) bool {
	for _, w := range words(name) {
		switch w {
		case "bypass", "skip", "disable", "disabled", "enable", "enabled", "is", "all":
			return true
		}
	}
	return false
}

func words(name string) []string {
	out := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' })
	for i, w := range out {
		out[i] = strings.TrimSuffix(w, "id")
		if out[i] == "" {
			out[i] = w
		}
	}
	return out
}

// commonNames are columns that hold a tenant's key wherever they are met.
var commonNames = []string{"tenant_id", "org_id", "organization_id", "organisation_id", "workspace_id", "company_id", "account_id", "tenant", "tenantid"}

// commonColumns picks the usual name of a tenant column that at least two
// tables, and a fifth of all, have.
func commonColumns(s *Schema) []string {
	if s == nil || s.Model == nil {
		return nil
	}
	votes, total := map[string]int{}, 0
	for _, t := range s.Model.Tables {
		if t.Kind != schema.BaseTable || t.PartitionOf != "" {
			continue
		}
		total++
		for _, c := range t.Columns {
			if slices.Contains(commonNames, strings.ToLower(c.Name)) {
				votes[c.Name]++
			}
		}
	}
	best := ""
	for _, c := range slices.Sorted(maps.Keys(votes)) {
		if votes[c] >= 2 && votes[c]*5 >= total && (best == "" || votes[c] > votes[best]) {
			best = c
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}

// IsTenantRelation reports whether the relation's rows belong to tenants: row
// level security is on and a policy compares rows with a tenant setting, or the
// configuration lists the relation. The table is nil when only the
// configuration knows it. A relation listed as shared never is.
func (m *Module) IsTenantRelation(s *Schema, name sqlcheck.Name) (*schema.Table, bool) {
	var t *schema.Table
	if s != nil {
		t = s.Model.Table(name)
	}
	if listed(m.Config.Shared, name, t) {
		return t, false
	}
	if listed(m.Config.Tenant.Tables, name, t) {
		return t, true
	}
	return t, t != nil && t.RLS && slices.ContainsFunc(t.Policies, m.readsTenant)
}

// IsFiltered reports whether a relation has a tenant column, so that statements
// are to name the tenant where they name it: it has one of the columns, or the
// configuration lists it. A relation listed as shared never is.
func (m *Module) IsFiltered(s *Schema, name sqlcheck.Name, columns []string) (*schema.Table, bool) {
	var t *schema.Table
	if s != nil {
		t = s.Model.Table(name)
	}
	if listed(m.Config.Shared, name, t) {
		return t, false
	}
	if listed(m.Config.Tenant.Tables, name, t) {
		return t, true
	}
	return t, t != nil && slices.ContainsFunc(t.Columns, func(c schema.Column) bool { return slices.Contains(columns, c.Name) })
}

func (m *Module) readsTenant(p *schema.Policy) bool {
	return slices.ContainsFunc(p.Settings, func(u schema.SettingUse) bool {
		if len(m.Config.Tenant.Settings) > 0 {
			return slices.Contains(m.Config.Tenant.Settings, u.Name)
		}
		return u.Use == schema.ComparesRow
	})
}

// listed reports whether the configuration's list names the relation, with or
// without its schema.
func listed(list []string, name sqlcheck.Name, t *schema.Table) bool {
	inSchema := name.Schema
	if t != nil {
		inSchema = t.Schema
	}
	for _, entry := range list {
		if entry == name.Name && (name.Schema == "" || name.Schema == "public" || name.Schema == inSchema) || entry == inSchema+"."+name.Name {
			return true
		}
	}
	return false
}

// openingValues lists the values with which flags open policies, for those of
// which all are known.
func openingValues(s *Schema, flags []string) map[string][]string {
	out := map[string][]string{}
	for _, f := range flags {
		values, known := []string{}, true
		for _, t := range s.Model.Tables {
			for _, p := range t.Policies {
				for _, u := range p.Settings {
					if u.Name == f && t.RLS && p.Permissive {
						values = append(values, u.Opens...)
						known = known && !u.Any
					}
				}
			}
		}
		if known {
			out[f] = sortedSet(values)
		}
	}
	return out
}
