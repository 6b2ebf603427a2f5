package site

import (
	"strings"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

type inferred struct {
	Strategy string
	Settings []string
	flags    map[string]bool
	model    *schema.Model
	m        *evidence.Module
}

func infer(m *evidence.Module, s *evidence.Schema) inferred {
	t := inferred{flags: map[string]bool{}, m: m}
	if s != nil {
		t.model = s.Model
		for _, tb := range s.Model.Tables {
			for _, p := range tb.Policies {
				for _, u := range p.Settings {
					if u.Use == schema.Flag {
						t.flags[u.Name] = true
					} else {
						t.Settings = append(t.Settings, u.Name)
					}
				}
			}
		}
	}
	if len(t.Settings) > 0 {
		t.Strategy = "rls"
	}
	for _, n := range m.SettingsInCode {
		if strings.Contains(n, "tenant") || strings.Contains(n, "org") {
			t.Settings = append(t.Settings, n)
		}
	}
	return t
}

func (t inferred) IsTenantSetting(n string) bool {
	for _, s := range t.Settings {
		if s == n && !t.flags[n] {
			return true
		}
	}
	return false
}
func (t inferred) IsBypassFlag(n string) bool { return t.flags[n] }
func (t inferred) IsTenantRelation(n sqlcheck.Name) (*schema.Table, bool) {
	tb := t.model.Table(n)
	if tb == nil || !tb.RLS {
		return nil, false
	}
	for _, p := range tb.Policies {
		for _, u := range p.Settings {
			if t.IsTenantSetting(u.Name) {
				return tb, true
			}
		}
	}
	return nil, false
}

func schemaFor(m *evidence.Module) *evidence.Schema {
	if len(m.Schemas) == 0 {
		return nil
	}
	return &m.Schemas[0]
}
