package schemacheck

import (
	"path"
	"path/filepath"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/isolation"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/rules"
)

// isolation looks for tests that set tenants against each other: in the module, and
// beside migrations that lie elsewhere. Migrations without a module may have theirs
// anywhere, so that nothing is said where none are found.
func (c *Check) isolation(m *evidence.Module, s *evidence.Schema) *rules.Isolation {
	dirs := []string{m.Root, filepath.Join(m.Root, filepath.FromSlash(path.Dir(s.Dir)), "tests")}
	tests := isolation.Find(dirs, evidence.TenantWords(), m.Tenancy(s).Settings)
	if m.Path == "" && len(tests.Files) == 0 {
		return nil
	}
	return &rules.Isolation{Files: len(tests.Files), Exercises: func(t *schema.Table) bool { return tests.Exercise(t.Name) }}
}
