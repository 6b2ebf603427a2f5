package schema

// Lean returns the model with what a query's judgement needs. It leaves out what
// only rules about the schema ask for: histories, grants, checks, plain indexes,
// bodies and queries. The result shares the rest with m.
func (m *Model) Lean() *Model {
	out := &Model{Unmodelled: m.Unmodelled, RoleSettings: m.RoleSettings}
	for _, t := range m.Tables {
		lean := *t
		lean.History, lean.Grants, lean.Checks, lean.Indexes = nil, nil, nil, nil
		lean.Query, lean.CopyOf, lean.Policies = "", nil, nil
		for _, p := range t.Policies {
			plain := *p
			plain.using, plain.check = nil, nil
			lean.Policies = append(lean.Policies, &plain)
		}
		out.Tables = append(out.Tables, &lean)
	}
	for _, f := range m.Functions {
		out.Functions = append(out.Functions, &Function{Schema: f.Schema, Name: f.Name, Args: f.Args, Returns: f.Returns,
			Language: f.Language, SecurityDefiner: f.SecurityDefiner, Settings: f.Settings, Sets: f.sets(), Owner: f.Owner, At: f.At})
	}
	for _, r := range m.Roles {
		lean := *r
		lean.History = nil
		out.Roles = append(out.Roles, &lean)
	}
	return out
}
