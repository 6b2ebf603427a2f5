package livedb

import "strings"

// oldest is the first version of the server whose catalog the queries fit.
const oldest = 130000

// A query gives what makes objects of a kind what they are: the object's name, the
// statement, and the role that must run it, "" for any.
type query struct {
	of, text string
	bodies   bool // the statements have bodies, which are read with the database's search_path
}

// queries lists them in an order in which the statements can run.
func queries(version int) []query {
	all := []query{
		{of: "roles", text: roles},
		{of: "memberships", text: memberships},
		{of: "settings of roles", text: roleSettings},
		{of: "schemas", text: schemas},
		{of: "domains", text: domains},
		{of: "tables", text: with + tables},
		{of: "checks", text: with + checks},
		{of: "keys", text: with + keys},
		{of: "indexes", text: with + strings.Replace(indexes, "{kind}", "<> 'm'", 1)},
		{of: "inheritance", text: with + inheritance},
		{of: "foreign keys", text: with + foreignKeys},
		{of: "functions", text: with + functions, bodies: true},
		{of: "owners of functions", text: with + functionOwners},
		{of: "views", text: with + views},
		{of: "indexes", text: with + strings.Replace(indexes, "{kind}", "= 'm'", 1)},
		{of: "rules", text: with + rewriteRules},
		{of: "triggers", text: with + triggers},
		{of: "owners", text: with + owners},
		{of: "row-level security", text: with + rowSecurity},
		{of: "policies", text: with + policies},
	}
	for _, q := range privileges() {
		all = append(all, query{of: "privileges", text: with + q})
	}
	all = append(all, query{of: "default privileges", text: defaultPrivileges})
	if version >= 150000 {
		return append(all, query{of: "publications", text: with + publications15})
	}
	return append(all, query{of: "publications", text: with + publications})
}

// with names the relations and functions of the database: none of the system or of
// extensions, nor temporary ones. depth is how far a view is from the tables.
const with = `
WITH RECURSIVE rel AS (
	SELECT c.*, c.oid::regclass::text AS name, n.nspname || '.' || c.relname AS object, format('%I.%I', n.nspname, c.relname) AS full_name
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
	AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
), func AS (
	SELECT p.*, format('%I.%I(%s)', n.nspname, proname, pg_get_function_identity_arguments(p.oid)) AS signature,
		'function/' || n.nspname || '.' || proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS object
	FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
	WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)' AND prokind IN ('f', 'p')
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
)`

const roles = `
SELECT 'role/' || rolname, format('CREATE ROLE %I', rolname) || CASE WHEN rolsuper THEN ' SUPERUSER' ELSE '' END
	|| CASE WHEN rolbypassrls THEN ' BYPASSRLS' ELSE '' END || CASE WHEN rolcanlogin THEN ' LOGIN' ELSE '' END
	|| CASE WHEN rolcreaterole THEN ' CREATEROLE' ELSE '' END || CASE WHEN rolcreatedb THEN ' CREATEDB' ELSE '' END
	|| CASE WHEN rolreplication THEN ' REPLICATION' ELSE '' END || CASE WHEN NOT rolinherit THEN ' NOINHERIT' ELSE '' END, ''
FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY rolname`

const memberships = `
SELECT 'role/' || m.rolname, format('GRANT %I TO %I', r.rolname, m.rolname)
	|| CASE WHEN bool_or(to_jsonb(a) ? 'inherit_option')
		THEN format(' WITH ADMIN %s, INHERIT %s, SET %s', bool_or(admin_option)::text, bool_or((to_jsonb(a) ->> 'inherit_option')::bool)::text,
			bool_or((to_jsonb(a) ->> 'set_option')::bool)::text)
		WHEN bool_or(admin_option) THEN ' WITH ADMIN OPTION' ELSE '' END, ''
FROM pg_auth_members a JOIN pg_roles m ON m.oid = member JOIN pg_roles r ON r.oid = roleid
WHERE m.rolname !~ '^pg_' GROUP BY m.rolname, r.rolname ORDER BY m.rolname, r.rolname`

// A list such as that of search_path is quoted already.
const roleSettings = `
SELECT coalesce('role/' || rolname, 'settings'), CASE WHEN setrole = 0 THEN format('ALTER DATABASE %I', datname)
		ELSE format('ALTER ROLE %I', rolname) || coalesce(' IN DATABASE ' || quote_ident(datname), '') END
	|| format(' SET %s TO ', split_part(s, '=', 1))
	|| CASE WHEN split_part(s, '=', 1) = 'search_path' THEN coalesce(nullif(substr(s, strpos(s, '=') + 1), ''), '''''') ELSE quote_literal(substr(s, strpos(s, '=') + 1)) END, ''
FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole LEFT JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) s
WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) AND (setrole <> 0 OR setdatabase <> 0)
ORDER BY 1, 2`

const schemas = `
SELECT 'schema/' || nspname, CASE WHEN nspname = 'public' THEN format('ALTER SCHEMA public OWNER TO %I', rolname)
	ELSE format('CREATE SCHEMA %I AUTHORIZATION %I', nspname, rolname) END, ''
FROM pg_namespace n JOIN pg_roles r ON r.oid = nspowner
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY nspname`

const domains = `
SELECT 'type/' || nspname || '.' || typname, format('CREATE DOMAIN %s AS %s', format_type(t.oid, NULL), format_type(typbasetype, typtypmod))
	|| coalesce(' DEFAULT ' || typdefault, '') || CASE WHEN typnotnull THEN ' NOT NULL' ELSE '' END
	|| coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', conname, pg_get_constraintdef(c.oid)), '' ORDER BY conname) FROM pg_constraint c WHERE contypid = t.oid AND contype = 'c'), ''), ''
FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
WHERE typtype = 'd' AND nspname NOT IN ('pg_catalog', 'information_schema')
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.classid = 'pg_type'::regclass AND d.deptype = 'e')
ORDER BY t.oid`

const functions = `
SELECT object, pg_get_functiondef(func.oid), '' FROM func ORDER BY func.oid`

const functionOwners = `
SELECT object, format('ALTER ROUTINE %s OWNER TO %I', signature, rolname), '' FROM func JOIN pg_roles r ON r.oid = proowner ORDER BY func.oid`

// A publication that says nothing about columns or rows.
const publications = `
SELECT 'publication/' || pubname, format('CREATE PUBLICATION %I', pubname)
	|| CASE WHEN puballtables THEN ' FOR ALL TABLES' ELSE coalesce(' FOR TABLE ' || (SELECT string_agg('ONLY ' || full_name, ', ' ORDER BY full_name) FROM pg_publication_rel JOIN rel ON rel.oid = prrelid WHERE prpubid = p.oid), '') END
	|| published, rolname
FROM (SELECT *, format(' WITH (publish = %L)', concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
	CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END)) AS published FROM pg_publication) p JOIN pg_roles r ON r.oid = pubowner ORDER BY pubname`

const publications15 = `
SELECT 'publication/' || pubname, format('CREATE PUBLICATION %I', pubname)
	|| CASE WHEN puballtables THEN ' FOR ALL TABLES' ELSE coalesce(' FOR ' || nullif(concat_ws(', ',
		(SELECT 'TABLE ' || string_agg('ONLY ' || full_name || coalesce(' (' || (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute a WHERE attrelid = rel.oid AND attnum = ANY (prattrs::smallint[])) || ')', '')
			|| coalesce(' WHERE (' || pg_get_expr(prqual, prrelid) || ')', ''), ', ' ORDER BY full_name) FROM pg_publication_rel JOIN rel ON rel.oid = prrelid WHERE prpubid = p.oid),
		(SELECT 'TABLES IN SCHEMA ' || string_agg(quote_ident(nspname), ', ' ORDER BY nspname) FROM pg_publication_namespace JOIN pg_namespace n ON n.oid = pnnspid WHERE pnpubid = p.oid)), ''), '') END
	|| published, rolname
FROM (SELECT *, format(' WITH (publish = %L)', concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END,
	CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END)) AS published FROM pg_publication) p JOIN pg_roles r ON r.oid = pubowner ORDER BY pubname`
