package evidence

import "github.com/tenantvet/tenantvet/sqlcheck/schema"

// providerFile is where the positions are of what a provider makes before the first
// migration. Nothing is reported there: its lines are nobody's.
const providerFile = ""

// baseline is what is there before the first migration, for the providers of which the
// format tells. Supabase makes the roles that requests come as, and grants them all
// that is created in public: a table without row level security is open to everybody.
func baseline(format string) []schema.File {
	if format != schema.Supabase {
		return nil
	}
	return []schema.File{{Path: providerFile, SQL: `
CREATE ROLE anon NOINHERIT; CREATE ROLE authenticated NOINHERIT; CREATE ROLE service_role NOINHERIT BYPASSRLS;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;`}}
}

// migrating is the role that runs the migrations, and owns what they make, where the
// format tells. That of Supabase has BYPASSRLS.
func migrating(format string) string {
	if format == schema.Supabase {
		return "postgres"
	}
	return ""
}
