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
// so too, and so is it for roles that have no other policy on the table. Not reported: policies that a restrictive one closes; rows that say
// themselves that they are for all (USING (published)), and rows of no tenant;
// policies for a role for which no policy compares rows, or one for every four that
// let it through where all others are held to the tenant, since such a role is
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
// orders is. A table of members, or the user's own row, ties the row to the caller,
// unless clients may write there: whoever may add a row with their own id, or change
// the tenant in their own, names the tenant whose rows they see. Where a trigger looks
// at what is written, or it is the application's own login that may, the finding is a
// suspect, and so it is where all may read the rows of one tenant that is named besides
// the context. Not reported: tables that list what is for everybody, as long as the caller
// can't write them, and those that ask something of the caller alone, such as a table
// of staff.
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
// for it; one for INSERT without, which denies; policies whose USING is open
// already; and a WITH CHECK that looks the row up by its key as it is before the change,
// and asks for the same tenant.
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
// fails on every connection and is meant to, columns that a CHECK or a foreign
// key keeps from being empty, and request.* where clients come through PostgREST,
// which sets those for each request.
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
//
// # Rule weakened
//
// weakened: migration that takes a protection away for good
//
// Row-level security disabled, no longer forced, or a restrictive policy dropped
// (also by DROP FUNCTION .. CASCADE), and no later migration gives it back; or a
// SECURITY DEFINER function dropped and created anew, which PUBLIC may execute again
// though that was revoked.
//
// Bad:
//
//	ALTER TABLE invoices DISABLE ROW LEVEL SECURITY; -- for the backfill
//
// Fixed:
//
//	ALTER TABLE invoices DISABLE ROW LEVEL SECURITY;
//	UPDATE invoices SET ..;
//	ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
//
// A restrictive policy counts where a permissive one is open without it. Not
// reported: down migrations, what a later migration mends, a policy that another
// one replaces, and NO FORCE where the owner is known not to be the application.
//
// # Rule definerview
//
// definerview: view that shows a tenant table's rows with its owner's rights
//
// A view reads its tables as its owner, unless it is created with
// security_invoker. If policies don't bind that owner, because it bypasses them or
// owns a table that isn't forced, the view shows every tenant's rows.
//
// Bad:
//
//	CREATE VIEW invoice_totals AS SELECT tenant_id, sum(total) FROM invoices GROUP BY 1;
//
// Fixed:
//
//	CREATE VIEW invoice_totals WITH (security_invoker = true) AS
//		SELECT tenant_id, sum(total) FROM invoices GROUP BY 1;
//
// Where the owner isn't known the finding is suspect. CREATE OR REPLACE VIEW
// without the option takes it away, and is named as the cause. Not reported: views
// that compare with the context themselves, views that are granted to nobody where
// the migrations grant at all, and views of an ordinary role over forced tables.
//
// # Rule matview
//
// matview: materialized view of tenants' rows
//
// A materialized view can't have row-level security. It holds what its owner saw
// when it was refreshed, and shows it to everybody who may read it.
//
// Bad:
//
//	CREATE MATERIALIZED VIEW invoice_stats AS SELECT * FROM invoices;
//	GRANT SELECT ON invoice_stats TO app;
//
// Fixed:
//
//	CREATE MATERIALIZED VIEW invoice_stats AS SELECT * FROM invoices;
//	CREATE VIEW my_invoice_stats AS SELECT * FROM invoice_stats
//		WHERE tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid;
//	GRANT SELECT ON my_invoice_stats TO app;
//
// The same is not reported as for definerview.
//
// # Rule foreigntable
//
// foreigntable: foreign table with the tenant's column
//
// The server refuses row-level security on foreign tables.
//
// Bad:
//
//	CREATE FOREIGN TABLE old_invoices (id uuid, tenant_id uuid) SERVER old;
//	GRANT SELECT ON old_invoices TO app;
//
// Fixed:
//
//	CREATE FOREIGN TABLE old_invoices (id uuid, tenant_id uuid) SERVER old;
//	INSERT INTO invoices SELECT * FROM old_invoices;
//
// Not reported where the migrations grant tables and this one to nobody.
//
// # Rule definerfunc
//
// definerfunc: SECURITY DEFINER function that a caller can turn against its purpose
//
// Such a function reads or writes a table by a name without schema, and its
// search_path is the caller's or doesn't end in pg_temp, so that a temporary table of
// that name is used instead, and its triggers run with the function's rights; or it
// returns tenants' rows past their policies, doesn't ask who calls, and may be executed
// by PUBLIC, as every new function may.
//
// Bad:
//
//	CREATE FUNCTION is_member(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
//		AS $$ SELECT EXISTS (SELECT FROM members WHERE user_id = auth.uid() AND tenant_id = t) $$;
//
// Fixed:
//
//	CREATE FUNCTION is_member(t uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
//		SET search_path = pg_catalog, public, pg_temp
//		AS $$ SELECT EXISTS (SELECT FROM members WHERE user_id = auth.uid() AND tenant_id = t) $$;
//
// Reported are functions over tenants' tables, and those that their policies ask.
// A function that returns nothing is suspect, and so is one that looks a row up by
// its argument, or whose code returns one value. Not reported: names with their schema, bodies
// of the standard's form, which are looked up once, functions that compare with
// the context or the role, and those revoked from PUBLIC.
//
// # Rule bypassgrant
//
// bypassgrant: what gives the application a way past all policies
//
// BYPASSRLS or SUPERUSER for the login, membership in a role that has it (SET ROLE
// reaches it), CREATEROLE (up to PostgreSQL 15), TRUNCATE, which no policy limits, and a tenant that
// ALTER ROLE sets for every connection.
//
// Bad:
//
//	GRANT ALL ON invoices TO app;
//
// Fixed:
//
//	GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO app;
//
// The application's roles are those under roles.app in tenantvet.yaml, else those
// to which the migrations grant tenants' rows; of those, attributes and
// memberships are suspect. Not reported: pg_read_all_data, for which policies
// hold, and roles that a policy of their own lets see everything.
//
// # Rule partitionchild
//
// partitionchild: partition or child of a tenant table that is granted by itself
//
// Named by itself, only a table's own policies count, not its parent's.
//
// Bad:
//
//	CREATE TABLE invoices_2026 PARTITION OF invoices FOR VALUES IN (2026);
//	GRANT SELECT ON invoices_2026 TO app;
//
// Fixed:
//
//	CREATE TABLE invoices_2026 PARTITION OF invoices FOR VALUES IN (2026); -- the parent's grant will do
//
// It is a breach where the grant is to PUBLIC, or to those whom requests come as, such
// as anon at Supabase, where all that is made in public is theirs. Not reported:
// partitions with policies of their own, and those granted to nobody.
//
// # Rule copiedtable
//
// copiedtable: copy of a tenant table without its row-level security
//
// LIKE INCLUDING ALL and CREATE TABLE AS copy no policies.
//
// Bad:
//
//	CREATE TABLE invoices_2025 (LIKE invoices INCLUDING ALL);
//
// Fixed:
//
//	CREATE TABLE invoices_2025 (LIKE invoices INCLUDING ALL);
//	ALTER TABLE invoices_2025 ENABLE ROW LEVEL SECURITY;
//	ALTER TABLE invoices_2025 FORCE ROW LEVEL SECURITY;
//	CREATE POLICY tenant_isolation ON invoices_2025
//		USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid);
//
// Not reported: copies that are dropped later, and those without the tenant's
// column.
//
// # Rule globalunique
//
// globalunique: key of values that people choose, without the tenant
//
// A unique constraint is checked against every row. Where one tenant has a voucher
// WELCOME no other can have it, and learns that somebody does.
//
// Bad:
//
//	code text UNIQUE
//
// Fixed:
//
//	code text, UNIQUE (tenant_id, code)
//
// Reported are keys of texts. Not reported: identifiers, tokens and hashes, which
// nobody chooses, references, keys of some rows only, tables with one row for each
// tenant, and those of which a policy shows rows to everybody that say so themselves,
// as published pages do: they share their addresses.
//
// # Rule crosstenantfk
//
// crosstenantfk: foreign key between tenant tables without the tenant
//
// The check of a foreign key sees every row. A row of one tenant can refer to
// another one's, which shows that it exists, keeps it from being deleted, or goes
// with it.
//
// Bad:
//
//	order_id bigint REFERENCES orders
//
// Fixed:
//
//	order_id bigint, FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id)
//
// References by what a program makes up, as by uuid or an identifier of type text,
// which nobody guesses, are reported with -strict only. Not reported: references to
// the table of the tenants, and to tables of no tenant.
//
// # Rule nullabletenant
//
// nullabletenant: tenant column that may be NULL, though no policy shows such rows
//
// A row that was written without tenant is lost to every tenant, and found by who
// bypasses.
//
// Bad:
//
//	tenant_id uuid REFERENCES tenants
//
// Fixed:
//
//	tenant_id uuid NOT NULL REFERENCES tenants
//
// Not reported where a policy shows rows of no tenant to all, or a CHECK forbids
// them; where they are meant, since a migration takes NOT NULL from the column, or a
// foreign key sets it to NULL when the tenant goes.
//
// # Rule noindex
//
// noindex: tenant table without an index that begins with the tenant
//
// The policy is a condition of every statement. Without an index on the tenant
// each goes over all tenants' rows.
//
// Bad:
//
//	CREATE TABLE invoices (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
//
// Fixed:
//
//	CREATE TABLE invoices (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
//	CREATE INDEX ON invoices (tenant_id);
//
// It shows nobody a row too many, so the rule runs with -strict only. A key that
// begins with the tenant is an index, too, and so are a partial one, which is made for
// the statements that matter, and one on tenant_id::text.
//
// # Rule perrowpolicy
//
// perrowpolicy: policy that calls a function for each row
//
// A policy's condition is asked of each row that a statement goes over, and a function
// in it is called as often, though it says the same for all of them. The planner calls
// a sub-select that depends on no row once.
//
// Bad:
//
//	CREATE POLICY p ON invoices USING (tenant_id = app.current_tenant());
//
// Fixed:
//
//	CREATE POLICY p ON invoices USING (tenant_id = (SELECT app.current_tenant()));
//
// It shows nobody a row too many, so the rule runs with -strict only. Not reported are
// functions that the planner puts the body in the place of (LANGUAGE sql, one SELECT
// without FROM, no SECURITY DEFINER, no SET), IMMUTABLE ones, those that are given a
// column of the row, calls within sub-selects, and current_setting itself, which costs
// no more than a comparison.
//
// # Rule ungatedlimit
//
// ungatedlimit: limit of a tenant's plan that nothing in the database holds
//
// What only the program counts, two requests at a time go past, and so does every
// statement that somebody forgot to put the check in front of. tenantvet.yaml declares
// the limits:
//
//	limits:
//	  projects: plans.max_projects
//
// Bad:
//
//	CREATE TABLE projects (id uuid PRIMARY KEY, tenant_id uuid NOT NULL);
//
// Fixed:
//
//	CREATE TRIGGER projects_limit BEFORE INSERT ON projects
//		FOR EACH ROW EXECUTE FUNCTION check_projects_limit(); -- reads plans.max_projects
//
// A limit counts as held where an enabled trigger for INSERT, a policy for INSERT or a
// CHECK of the table names its column, itself or in the functions that it calls. Whether
// they count right can't be told. The rule runs with -strict only.
//
// # Rule untestedisolation
//
// untestedisolation: table of tenants that no isolation test exercises
//
// Policies are changed by people who don't see all that rests on them. A test that
// tries, as one tenant, to reach another one's rows notices.
//
// Bad:
//
//	func TestOrders(t *testing.T) {
//		createOrder(t, tenant)
//		if got := listOrders(t, tenant); len(got) != 1 { .. }
//	}
//
// Fixed:
//
//	func TestOrdersAreApart(t *testing.T) {
//		order := createOrder(t, tenantA)
//		if got := listOrders(t, tenantB); len(got) > 0 { .. }
//	}
//
// An isolation test is a file that has to do with two tenants: a _test.go with names such
// as tenantA and tenantB, org1 and org2, otherTenant; or a test in SQL (pgTAP) that sets
// two contexts. It exercises the tables that it names, in SQL or in identifiers such as
// ListOrders. What it asserts can't be told, nor what it does by other names: the rule
// runs with -strict only. Where there is no such test at all, that is one finding.
//
// # Rule publicgrant
//
// publicgrant: default privileges that give every new table to everybody
//
// Every table that is created without row-level security is open from then on.
//
// Bad:
//
//	ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon;
//
// Fixed:
//
//	GRANT SELECT ON invoices TO anon; -- when its policies are there
//
// Everybody is PUBLIC, anon and authenticated. The tables that came to be open are
// named.
//
// # Rule exposedsecret
//
// exposedsecret: table of credentials that everybody may read
//
// A table with tokens, passwords or one-time codes is granted to PUBLIC, anon or
// authenticated, without row-level security.
//
// Bad:
//
//	GRANT SELECT ON sessions TO PUBLIC;
//
// Fixed:
//
//	GRANT SELECT (id, user_id) ON sessions TO PUBLIC;
//
// Credentials are told by the name and type of a column. Grants to the
// application's own role are not reported.
package rules
