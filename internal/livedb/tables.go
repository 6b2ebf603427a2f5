package livedb

// A serial column is one with a default; a generated column's expression is in the
// same place. Since PostgreSQL 17, partitions have the identity of their parent.
const tables = `
SELECT object, CASE relkind WHEN 'f' THEN 'CREATE FOREIGN TABLE ' ELSE 'CREATE TABLE ' END || full_name || ' ('
	|| coalesce((SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod))
		|| CASE WHEN attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || ') STORED'
			WHEN attidentity <> '' AND NOT (relispartition AND current_setting('server_version_num')::int >= 170000) THEN ' GENERATED ' || CASE attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY'
			ELSE coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') END
		|| CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY attnum)
		FROM pg_attribute a LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum WHERE attrelid = rel.oid AND attnum > 0 AND NOT attisdropped), '') || ')'
	|| CASE relkind WHEN 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(rel.oid) WHEN 'f' THEN ' SERVER ' || quote_ident((SELECT srvname FROM pg_foreign_table JOIN pg_foreign_server s ON s.oid = ftserver WHERE ftrelid = rel.oid)) ELSE '' END, ''
FROM rel WHERE relkind IN ('r', 'p', 'f') ORDER BY rel.oid`

// Each table has those that it inherits, too.
const checks = `
SELECT object, CASE relkind WHEN 'f' THEN 'ALTER FOREIGN TABLE ONLY ' ELSE 'ALTER TABLE ONLY ' END || format('%s ADD CONSTRAINT %I %s', full_name, conname, pg_get_constraintdef(c.oid)), ''
FROM rel JOIN pg_constraint c ON conrelid = rel.oid AND contype = 'c' ORDER BY rel.oid, conname`

const keys = `
SELECT object, format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s', full_name, conname, pg_get_constraintdef(c.oid)), ''
FROM rel JOIN pg_constraint c ON conrelid = rel.oid AND contype IN ('p', 'u', 'x') ORDER BY rel.oid, contype, conname`

// A partition has its own, which are found to be the parent's when it is attached.
const indexes = `
SELECT object, pg_get_indexdef(indexrelid), ''
FROM rel JOIN pg_index i ON indrelid = rel.oid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
AND relkind {kind} ORDER BY rel.oid, indexrelid`

const inheritance = `
SELECT c.object, CASE WHEN c.relispartition THEN format('ALTER TABLE ONLY %s ATTACH PARTITION %s %s', p.full_name, c.full_name, pg_get_expr(c.relpartbound, c.oid))
	ELSE format('ALTER TABLE %s INHERIT %s', c.full_name, p.full_name) END, ''
FROM pg_inherits JOIN rel c ON c.oid = inhrelid JOIN rel p ON p.oid = inhparent ORDER BY c.oid, inhseqno`

// A constraint that comes from that of a partitioned table comes with it.
const foreignKeys = `
SELECT object, format('ALTER TABLE %s ADD CONSTRAINT %I %s', full_name, conname, pg_get_constraintdef(c.oid)), ''
FROM rel JOIN pg_constraint c ON conrelid = rel.oid AND contype = 'f' WHERE conparentid = 0 ORDER BY rel.oid, conname`

// A view comes after those that it reads.
const views = `, edge AS (
	SELECT DISTINCT v.oid AS view, u.oid AS uses FROM rel v JOIN pg_rewrite w ON w.ev_class = v.oid
	JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
	JOIN rel u ON u.oid = d.refobjid AND u.relkind IN ('v', 'm') WHERE v.relkind IN ('v', 'm')
), level AS (
	SELECT oid, 0 AS depth FROM rel WHERE relkind IN ('v', 'm')
	UNION
	SELECT view, depth + 1 FROM level JOIN edge ON uses = level.oid
)
SELECT object, CASE relkind WHEN 'm' THEN 'CREATE MATERIALIZED VIEW ' ELSE 'CREATE VIEW ' END || full_name
	|| coalesce(' (' || (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = rel.oid AND attnum > 0 AND NOT attisdropped) || ')', '')
	|| coalesce(' WITH (' || (SELECT string_agg(o, ', ') FROM unnest(reloptions) o WHERE o ~ '^(security_|check_option)') || ')', '')
	|| ' AS ' || pg_get_viewdef(rel.oid), ''
FROM rel JOIN (SELECT oid, max(depth) AS depth FROM level GROUP BY oid) l ON l.oid = rel.oid ORDER BY depth, rel.oid`

const rewriteRules = `
SELECT object, pg_get_ruledef(w.oid), '' FROM rel JOIN pg_rewrite w ON ev_class = rel.oid WHERE rulename <> '_RETURN' ORDER BY rel.oid, rulename`

const triggers = `
SELECT object, pg_get_triggerdef(g.oid) || CASE tgenabled WHEN 'D' THEN format('; ALTER TABLE %s DISABLE TRIGGER %I', full_name, tgname)
	WHEN 'R' THEN format('; ALTER TABLE %s ENABLE REPLICA TRIGGER %I', full_name, tgname) WHEN 'A' THEN format('; ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', full_name, tgname) ELSE '' END, ''
FROM rel JOIN pg_trigger g ON tgrelid = rel.oid AND NOT tgisinternal WHERE tgparentid = 0 ORDER BY rel.oid, tgname`

const owners = `
SELECT object, format('ALTER %s %s OWNER TO %I', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, full_name, rolname), ''
FROM rel JOIN pg_roles r ON r.oid = relowner ORDER BY rel.oid`

const rowSecurity = `
SELECT object, format('ALTER TABLE %s %s ROW LEVEL SECURITY', full_name, what), ''
FROM rel, unnest(array[CASE WHEN relrowsecurity THEN 'ENABLE' END, CASE WHEN relforcerowsecurity THEN 'FORCE' END]) what WHERE what IS NOT NULL ORDER BY rel.oid, what`

const policies = `
SELECT object, format('CREATE POLICY %I ON %s', polname, full_name) || CASE WHEN polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
	|| CASE polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END
	|| coalesce(' TO ' || (SELECT string_agg(quote_ident(rolname), ', ' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (polroles)), '')
	|| coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '') || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', ''), ''
FROM rel JOIN pg_policy ON polrelid = rel.oid ORDER BY rel.oid, polname`
