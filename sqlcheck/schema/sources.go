package schema

import "slices"

// sources says what the value of an expression in a policy is made of.
type sources struct {
	settings []string // settings read, sorted
	columns  []string // columns of the policy's own table, sorted
	rows     bool     // a column of any relation
	text     string   // the value, when it is a constant
	constant bool
}

func (s sources) union(o sources) sources {
	return sources{
		settings: merge(s.settings, o.settings),
		columns:  merge(s.columns, o.columns),
		rows:     s.rows || o.rows,
	}
}

func merge(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// roleSetting is the name under which current_user and its kin are noted: a
// role can carry the tenant as a setting does.
const roleSetting = "role"

// A usage collects what the expressions of one policy do with one setting.
type usage struct {
	compared bool // with a column
	columns  []string
}

// uses turns what was collected into the model's form. A setting that is
// compared with a row somewhere in the policy is tenant context, whatever else
// is asked of it (IS NOT NULL, <> ”).
func usesOf(found map[string]*usage) []SettingUse {
	var out []SettingUse
	for name, u := range found {
		use := SettingUse{Name: name, Use: Flag, Columns: u.columns}
		if u.compared {
			use.Use = ComparesRow
		}
		if name == roleSetting && len(u.columns) == 0 {
			continue // asking who is connected is no tenant context
		}
		out = append(out, use)
	}
	slices.SortFunc(out, func(a, b SettingUse) int { return compareStrings(a.Name, b.Name) })
	return out
}
