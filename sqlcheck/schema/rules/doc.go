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
package rules
