// Package rules finds, in the state that migrations leave a database in, what
// lets one tenant reach another one's rows.
//
// The rules are judged after the whole history: what a later migration mends is
// no finding. Each finding stands at the statement that made it so. They need no
// Go program; `tenantvet schema` runs them on migrations alone, and `tenantvet
// ./...` beside the rules about code.
//
// # Rule norls
//
// norls: table with the tenant's column, but without row-level security
//
// In a schema that keeps tenants apart by policies, a table with the same tenant
// column on which row-level security was never enabled is open to every role that
// may read it.
//
// Bad:
//
//	CREATE TABLE invoices (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
//	GRANT SELECT ON invoices TO app;
//
// Fixed:
//
//	ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
//	ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// It is a breach where the migrations grant the table to a role that policies
// bind, else suspect. Partitions are left to partitionchild, tables that have
// policies to dormantpolicy. Not reported: schemas without any policy on the
// tenant's context, and tables listed as shared in tenantvet.yaml.
//
// # Rule noforce
//
// noforce: policies that don't bind the table's owner, who may be the application
//
// Row-level security doesn't hold for the owner of a table unless it is forced.
// Programs that migrate their database at the start log in as the owner.
//
// Bad:
//
//	ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
//
// Fixed:
//
//	ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
//	ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
//
// It is a breach where the application's login (roles.app in tenantvet.yaml) is
// the owner or has its rights, and suspect where nothing tells them apart. Not
// reported where the migrations grant the table to another role, since the
// owner would not need that.
//
// # Rule nopolicy
//
// nopolicy: table with row-level security and no policy
//
// Nobody but the owner and roles with BYPASSRLS sees a row there. Denying
// everything is a legitimate way to keep a table for such roles, so the rule runs
// with -strict only.
//
// Bad:
//
//	ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
//
// Fixed:
//
//	ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// # Rule dormantpolicy
//
// dormantpolicy: policies on a table whose row-level security is off
//
// CREATE POLICY doesn't enable row-level security, and FORCE doesn't either.
//
// Bad:
//
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// Fixed:
//
//	ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
//	ALTER TABLE invoices FORCE ROW LEVEL SECURITY;
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// Tables that no migration creates, such as those of a provider, are not judged.
//
// # Rule openpolicy
//
// openpolicy: policy that lets every tenant's rows through
//
// A policy is open if there is a case in which it is true for another tenant's row
// and nothing ties that row to the caller: always, or as long as the context is
// unset, or empty as on every connection that was used before.
//
// Bad:
//
//	CREATE POLICY tenant_isolation ON invoices USING (
//		current_setting('app.tenant_id', true) IS NULL
//		OR tenant_id::text = current_setting('app.tenant_id', true));
//
// Fixed:
//
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// USING (true) for SELECT alone is suspect, since data that is public is written
// so too. Not reported: policies that a restrictive one closes; rows that say
// themselves that they are for all (USING (published)), and rows of no tenant;
// policies for a role for which no policy compares rows, since such a role is
// there to see everything; and policies of which it can't be told. A permissive
// policy never does harm where another one makes every statement fail.
//
// # Rule foreignpolicy
//
// foreignpolicy: policy that asks something, but not whose row it is
//
// The policy asks whether a tenant is set, or who the caller is; compares the
// tenant by LIKE, a regular expression or an order; names a tenant; or leans on a
// lookup that finds a row for everybody.
//
// Bad:
//
//	CREATE POLICY reads ON invoices USING (current_setting('app.tenant_id', true) <> '');
//
// Fixed:
//
//	CREATE POLICY reads ON invoices
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// A sub-select is judged with the policies of the tables that it reads, which hold
// there as well: EXISTS (SELECT FROM orders o WHERE o.id = order_id) is closed if
// orders is. Not reported: lookups that tie the row to the caller, such as a
// membership table, and those that ask something of the caller alone, such as a
// table of staff.
//
// # Rule uncheckedwrite
//
// uncheckedwrite: WITH CHECK that takes another tenant's row
//
// USING decides which rows a statement sees, WITH CHECK which rows it may leave
// behind. A tenant that may write rows of another one plants them there, or gives
// its own away.
//
// Bad:
//
//	CREATE POLICY writes ON invoices FOR INSERT WITH CHECK (true);
//
// Fixed:
//
//	CREATE POLICY writes ON invoices FOR INSERT
//		WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// Not reported: a policy for UPDATE or ALL without WITH CHECK, where USING stands
// for it; one for INSERT without, which denies; and policies whose USING is open
// already.
//
// # Rule emptycontext
//
// emptycontext: policy that fails, or takes rows of nobody, where the setting is empty
//
// A custom setting that was set once is empty for the rest of the session, after
// the transaction, RESET or DISCARD ALL: on a pool, sooner or later on every
// connection. A cast of that to uuid, an integer or jsonb is an error (22P02), so
// that the first statement without context on a connection sees no rows and later
// ones fail. On a column of type text nothing fails: a row written without context
// belongs to an empty tenant.
//
// Bad:
//
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
//
// Fixed:
//
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// A guard beside the cast does not help, since the planner evaluates what a column
// is compared with; CASE does. A cast in a function is reported once, at the
// function. The form on text is suspect. Not reported: casts of the row
// (tenant_id::text), string_to_array, current_setting with one argument, which
// fails on every connection and is meant to, and columns that a CHECK or a foreign
// key keeps from being empty.
//
// # Rule settablebypass
//
// settablebypass: policy that a setting opens, which any role can set
//
// Whoever can run a statement can run SET. A flag for batch work is a door that is
// open to everybody, by injection as well.
//
// Bad:
//
//	CREATE POLICY batch ON invoices USING (current_setting('app.bypass_rls', true) = 'on');
//
// Fixed:
//
//	CREATE POLICY batch ON invoices TO batch USING (true); -- a login of its own
//
// Each setting is reported once, with all policies that it opens. Not reported:
// flags that are asked for besides the tenant, current_user and roles, and claims,
// which who signs the token vouches for.
//
// # Rule userclaims
//
// userclaims: policy that trusts what users say of themselves
//
// user_metadata in a Supabase token is what the user wrote there. A policy that
// takes the tenant from it lets users choose.
//
// Bad:
//
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = (auth.jwt() -> 'user_metadata' ->> 'tenant_id')::uuid);
//
// Fixed:
//
//	CREATE POLICY tenant_isolation ON invoices
//		USING (tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')::uuid);
//
// Not reported: such claims besides one that users can't write.
//
// # Rule immutablecontext
//
// immutablecontext: IMMUTABLE function that reads the tenant's setting in a policy
//
// The planner replaces a call of an IMMUTABLE function by its value. In a prepared
// statement, which pgx makes of every query, that value stays: the next tenant on
// the connection sees the rows of the one for whom it was planned.
//
// Bad:
//
//	CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql IMMUTABLE
//		AS $$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;
//
// Fixed:
//
//	CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE
//		AS $$ SELECT NULLIF(current_setting('app.tenant_id', true), '')::uuid $$;
//
// Reported at the function, once. Not reported: IMMUTABLE functions that read no
// setting.
package rules
