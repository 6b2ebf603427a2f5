// Package prove makes a database from migrations and lets the red team at it.
package prove

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/redteam"
	"github.com/tenantvet/tenantvet/internal/schemacheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Server is where scratch databases are made, and roles for them.
type Server interface {
	redteam.Server
	// Create makes an empty database, for migrations to be run in by the role.
	Create(ctx context.Context, name, owner string) error
	// Ready takes from the owner what only migrations needed, and lets the roles log in.
	Ready(ctx context.Context, owner string, roles []string) error
	// DSN is for reading the catalog.
	DSN(database string) string
	Drop(ctx context.Context, databases ...string) error
	Close()
}

// scratchOwner is who runs the migrations where nothing says who does.
const scratchOwner = "tenantvet_owner"

// Schema attacks what the migrations of a schema make.
func Schema(ctx context.Context, server Server, m *evidence.Module, s *evidence.Schema) (result *redteam.Result, err error) {
	owner := m.Config.Roles.Migrating
	if owner == "" || s.Model.Role(owner) != nil {
		owner = scratchOwner
	}
	database := fmt.Sprintf("tenantvet_prove_%d", os.Getpid())
	if err := server.Create(ctx, database, owner); err != nil {
		return nil, err
	}
	defer func() {
		if e := server.Drop(context.WithoutCancel(ctx), database, database+"_alone"); err == nil {
			err = e
		}
	}()
	notes, err := applyMigrations(ctx, server, database, owner, s.Replayed)
	if err != nil {
		return nil, fmt.Errorf("the migrations can't be applied: %w", err)
	}
	notes = append(inCode(s), notes...)
	db, err := livedb.Read(ctx, server.DSN(database))
	if err != nil {
		return nil, err
	}
	live := schemacheck.Live(m, db.Model, db.Objects())
	of := &live.Schemas[0]
	tenancy := live.Tenancy(of)
	roles, more := attackers(m, db.Model, owner)
	if err := server.Ready(ctx, owner, roles); err != nil {
		return nil, err
	}
	result, err = redteam.Run(ctx, redteam.Target{
		Server: server, Both: database, Model: db.Model, Roles: roles,
		Tenant: tenants(live, of, tenancy), Settings: tenancy.Settings, Flags: flags(tenancy),
	})
	if err != nil {
		return nil, err
	}
	result.Schema = s.Dir
	result.Notes = append(append(notes, more...), result.Notes...)
	return result, nil
}

func applyMigrations(ctx context.Context, server Server, database, owner string, files []schema.File) ([]string, error) {
	conn, err := server.Connect(ctx, owner, database)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if redteam.NeedsSupabase(files) {
		// As who makes the tables, so that its default privileges are theirs.
		if _, err := conn.Exec(ctx, redteam.Supabase); err != nil {
			return nil, err
		}
	}
	return redteam.Apply(ctx, conn, files)
}

// inCode says that Go code runs statements, which were run in its place.
func inCode(s *evidence.Schema) []string {
	var names []string
	for _, f := range s.Replayed {
		if path.Ext(f.Path) == ".go" && !slices.Contains(names, f.Path) {
			names = append(names, f.Path)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"of Go code what it is seen to run was run: " + strings.Join(names, ", ")}
}

// attackers are the roles to attack as: those of the configuration, else those to
// which tenants' tables are granted, else the owner of the tables, as which programs
// that migrate their own database log in.
func attackers(m *evidence.Module, model *schema.Model, owner string) (roles, notes []string) {
	if len(m.Config.Roles.App) > 0 {
		return m.Config.Roles.App, nil
	}
	for _, t := range model.Tables {
		for _, g := range t.Grants {
			role := model.Role(g.Grantee)
			bound := role != nil && !role.Superuser && !role.BypassRLS && !strings.HasPrefix(g.Grantee, "pg_")
			if bound && g.Grantee != t.Owner && g.From != schema.BuiltIn && !slices.Contains(roles, g.Grantee) {
				roles = append(roles, g.Grantee)
			}
		}
	}
	slices.Sort(roles)
	if len(roles) == 0 {
		return []string{owner}, []string{"no migration grants a table to a role, so the attacks were made as the owner of the tables; name the application's login under roles.app in tenantvet.yaml if it is another"}
	}
	return roles, nil
}

// flags are the settings that open policies, with the values that do, or some that
// may.
func flags(t evidence.Tenancy) map[string][]string {
	out := map[string][]string{}
	for _, name := range t.BypassFlags {
		out[name] = t.Opening[name]
		if len(out[name]) == 0 {
			out[name] = []string{"on", "true", "1"}
		}
	}
	return out
}

// tenants tells whose rows belong to tenants: besides the tables that policies show,
// those that have the tenant's column, since no policy is what is wrong with them.
func tenants(m *evidence.Module, s *evidence.Schema, tenancy evidence.Tenancy) func(*schema.Table) ([]string, bool) {
	owned := m.Ownership(s)
	return func(t *schema.Table) (columns []string, ok bool) {
		if columns, ok = owned.Columns(t); ok || t.Kind != schema.BaseTable || owned.Shared(t) {
			return columns, ok
		}
		for _, c := range tenancy.Columns {
			if slices.ContainsFunc(t.Columns, func(d schema.Column) bool { return d.Name == c }) {
				columns = append(columns, c)
			}
		}
		return columns, len(columns) > 0
	}
}
