package proof

import "strings"

// told leaves out the privilege that ALL means since PostgreSQL 17 and that shows no
// row to anybody.
const told = `privilege_type <> 'MAINTAIN'`

// accessQueries read who may do what: owners, privileges, roles, and the options
// of functions, views and publications.
func accessQueries() []string {
	list := func(acl, kind, owner string) string { // what acl gives, without an owner who has all
		return strings.NewReplacer("ACL", acl, "KIND", kind, "OWNER", owner).Replace(`(
	SELECT grantor, grantee, string_agg(lower(privilege_type) || CASE WHEN is_grantable THEN '*' ELSE '' END, ',' ORDER BY privilege_type) AS has
	FROM aclexplode(coalesce(ACL, acldefault('KIND', OWNER))) WHERE ` + told + ` GROUP BY 1, 2
	HAVING grantor <> OWNER OR grantee <> OWNER OR count(*) < (SELECT count(*) FROM aclexplode(acldefault('KIND', OWNER)) a WHERE a.grantee = OWNER AND ` + told + `))`)
	}
	const grants = `concat_ws(' ', 'grant on', WHAT, 'by', gr.rolname, 'to', coalesce(ge.rolname, 'public'), g.has)`
	const roles = ` LEFT JOIN pg_roles gr ON gr.oid = g.grantor LEFT JOIN pg_roles ge ON ge.oid = g.grantee`
	grant := func(what string) string { return strings.Replace(grants, "WHAT", what, 1) }
	return []string{
		`SELECT concat_ws(' ', 'owner of', rel_name, rolname) FROM rel JOIN pg_roles o ON o.oid = relowner`,
		`SELECT concat_ws(' ', 'owner of', signature, rolname) FROM func JOIN pg_roles o ON o.oid = proowner`,
		`SELECT concat_ws(' ', 'owner of schema', nspname, rolname) FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner
			WHERE pg_namespace.oid > %[1]d AND nspname !~ '^pg_' AND rolname <> 'pg_database_owner'`,
		`SELECT ` + grant("rel_name") + ` FROM rel, LATERAL ` + list("relacl", "r", "relowner") + ` g` + roles,
		`SELECT ` + grant("rel_name || '.' || attname") + ` FROM rel JOIN pg_attribute a ON attrelid = rel.oid AND attacl IS NOT NULL AND NOT attisdropped,
			LATERAL (SELECT grantor, grantee, string_agg(lower(privilege_type) || CASE WHEN is_grantable THEN '*' ELSE '' END, ',' ORDER BY privilege_type) AS has
			FROM aclexplode(attacl) WHERE ` + told + ` GROUP BY 1, 2) g` + roles,
		`SELECT ` + grant("signature") + ` FROM func, LATERAL ` + list("proacl", "f", "proowner") + ` g` + roles,
		`SELECT ` + strings.Replace(grant("'schema ' || nspname"), "gr.rolname", "replace(gr.rolname, 'pg_database_owner', '"+superuser+"')", 1) +
			` FROM pg_namespace, LATERAL ` + list("nspacl", "n", "nspowner") + ` g` + roles + ` WHERE pg_namespace.oid > %[1]d AND nspname !~ '^pg_' OR nspname = 'public'`,
		`SELECT concat_ws(' ', 'default of', r.rolname, 'in ' || nspname,
			CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'f' THEN 'functions' WHEN 'S' THEN 'sequences' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' END,
			'to', coalesce(ge.rolname, 'public'), g.has)
			FROM pg_default_acl d JOIN pg_roles r ON r.oid = defaclrole LEFT JOIN pg_namespace n ON n.oid = defaclnamespace,
			LATERAL (SELECT grantee, string_agg(lower(privilege_type) || CASE WHEN is_grantable THEN '*' ELSE '' END, ',' ORDER BY privilege_type) AS has
			FROM aclexplode(defaclacl) WHERE grantee <> defaclrole AND ` + told + ` GROUP BY 1) g LEFT JOIN pg_roles ge ON ge.oid = g.grantee`,
		`SELECT concat_ws(' ', 'role', rolname, CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolbypassrls THEN 'bypassrls' END,
			CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolcreaterole THEN 'createrole' END, CASE WHEN rolcreatedb THEN 'createdb' END,
			CASE WHEN rolreplication THEN 'replication' END, CASE WHEN NOT rolinherit THEN 'noinherit' END)
			FROM pg_roles WHERE oid > %[1]d`,
		`SELECT concat_ws(' ', 'member', m.rolname, 'of', r.rolname, CASE WHEN bool_or(admin_option) THEN 'admin' END,
			CASE WHEN bool_or(to_jsonb(a) ->> 'inherit_option' = 'false') THEN 'noinherit' END, CASE WHEN bool_or(to_jsonb(a) ->> 'set_option' = 'false') THEN 'noset' END)
			FROM pg_auth_members a JOIN pg_roles m ON m.oid = member JOIN pg_roles r ON r.oid = roleid WHERE m.rolname !~ '^pg_' GROUP BY m.rolname, r.rolname`,
		`SELECT concat_ws(' ', 'setting of', coalesce(rolname, 'all'), CASE WHEN setdatabase <> 0 THEN 'here' END, s)
			FROM pg_db_role_setting LEFT JOIN pg_roles r ON r.oid = setrole, unnest(setconfig) s
			WHERE (setrole = 0 OR setrole > %[1]d) AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))`,
		`SELECT concat_ws(' ', signature, 'returns', CASE WHEN proretset THEN 'set of' END,
			CASE WHEN prokind = 'f' THEN replace(regexp_replace(format_type(prorettype, NULL), '^[^ ]+\.', ''), '"', '') END,
			lanname, CASE WHEN prokind = 'p' THEN 'procedure' END, CASE WHEN prosecdef THEN 'definer' END,
			CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
			CASE WHEN proleakproof THEN 'leakproof' END, CASE WHEN proisstrict THEN 'strict' END,
			(SELECT string_agg(c, ' ' ORDER BY c) FROM unnest(proconfig) c), pronargdefaults || ' defaults',
			(SELECT 'names ' || string_agg(CASE WHEN proargmodes IS NOT NULL AND proargmodes[o] IN ('o', 't') THEN 'out ' ELSE '' END || n, ',' ORDER BY o)
				FROM unnest(proargnames) WITH ORDINALITY u(n, o)))
			FROM func JOIN pg_language l ON l.oid = prolang`,
		`SELECT concat_ws(' ', 'options of', rel.rel_name, CASE WHEN split_part(o, '=', 1) = 'check_option' OR split_part(o, '=', 2) IN ('true', 'on', 'yes', '1')
			THEN replace(split_part(o, '=', 1), 'check_option', 'check option ' || split_part(o, '=', 2)) END)
			FROM rel, unnest(reloptions) o WHERE o ~ '^(security_invoker|security_barrier|check_option)=' AND o !~ '=(false|off|no|0)$'`,
		`SELECT 'query of ' || rel_name || ' ' || pg_get_viewdef(oid) FROM rel WHERE relkind IN ('v', 'm')`,
		`SELECT DISTINCT concat_ws(' ', 'view', rel.rel_name, 'reads', e.rel_name) FROM rel JOIN pg_rewrite w ON ev_class = rel.oid
			JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> rel.oid
			JOIN every e ON e.oid = d.refobjid WHERE rel.relkind IN ('v', 'm')`,
		`SELECT DISTINCT concat_ws(' ', 'view', rel.rel_name, 'calls', f.func_name) FROM rel JOIN pg_rewrite w ON ev_class = rel.oid
			JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_proc'::regclass
			JOIN func f ON f.oid = d.refobjid WHERE relkind IN ('v', 'm')`,
		`SELECT concat_ws(' ', 'index', rel_name, c.relname, '(' || (SELECT string_agg(coalesce(attname, ''), ',' ORDER BY k.ord)
			FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k(attnum, ord) LEFT JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum = k.attnum AND a.attnum > 0
			WHERE k.ord <= i.indnkeyatts) || ')', amname, CASE WHEN indpred IS NOT NULL THEN 'partial' END)
			FROM rel JOIN pg_index i ON i.indrelid = rel.oid AND NOT indisunique JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am ON pg_am.oid = c.relam`,
		`SELECT concat_ws(' ', 'check', rel_name, conname, regexp_replace(pg_get_constraintdef(c.oid), '( NO INHERIT)?( NOT VALID)?$', '')) FROM rel JOIN pg_constraint c ON conrelid = rel.oid AND contype = 'c'`,
		`SELECT concat_ws(' ', 'publication', pubname, CASE WHEN puballtables THEN 'all' END,
			CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubtruncate THEN 'truncate' END, CASE WHEN pubupdate THEN 'update' END,
			(SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_publication_namespace JOIN pg_namespace n ON n.oid = pnnspid WHERE pnpubid = p.oid))
			FROM pg_publication p`,
		`SELECT concat_ws(' ', 'publication', pubname, 'of', e.rel_name,
			(SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute a WHERE a.attrelid = e.oid AND attnum = ANY (prattrs::smallint[])),
			'where ' || pg_get_expr(prqual, prrelid)) FROM pg_publication p JOIN pg_publication_rel ON prpubid = p.oid JOIN every e ON e.oid = prrelid`,
	}
}
