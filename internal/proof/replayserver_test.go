package proof

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// serverFacts reads the catalog, a line a fact, in the words of modelFacts.
// after is the last OID that was there before the migrations.
func serverFacts(ctx context.Context, conn *pgx.Conn, after uint32) ([]string, error) {
	var out []string
	for _, query := range append([]string{tableFacts, columnFacts, keyFacts, foreignKeyFacts, triggerFacts, policyFacts}, accessQueries()...) {
		lines, err := textsOf(ctx, conn, fmt.Sprintf(relationsOf+query, after))
		if err != nil {
			return nil, err
		}
		out = append(out, lines...)
	}
	return out, nil
}

// relationsOf are the relations that migrations made: none of the system, of
// extensions, or temporary.
const relationsOf = `
WITH every AS (
	SELECT c.*, n.nspname, n.nspname || '.' || c.relname AS rel_name
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
	AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
), rel AS (SELECT * FROM every WHERE oid > %[1]d),
func AS (
	SELECT p.*, n.nspname || '.' || proname AS func_name, concat_ws(' ', 'function', n.nspname || '.' || proname,
		'(' || (SELECT coalesce(string_agg(replace(regexp_replace(format_type(t, NULL), '^[^ ]+\.', ''), '"', ''), ', ' ORDER BY o), '')
			FROM unnest(proargtypes::oid[]) WITH ORDINALITY u(t, o)) || ')') AS signature
	FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
	WHERE p.oid > %[1]d AND nspname !~ '^pg_' AND prokind IN ('f', 'p')
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
)`

const tableFacts = `
SELECT concat_ws(' ', 'table', rel_name, CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'matview' WHEN 'f' THEN 'foreign' END,
	CASE WHEN relkind = 'p' THEN 'partitioned' END,
	CASE WHEN relrowsecurity THEN 'rls' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
	(SELECT CASE WHEN rel.relispartition THEN 'partition of ' ELSE 'inherits ' END || string_agg(p.rel_name, ' ' ORDER BY inhseqno)
	 FROM pg_inherits JOIN every p ON p.oid = inhparent WHERE inhrelid = rel.oid))
FROM rel`

// A type is compared by its bare name: where it lives depends on the search_path.
// The server keeps DEFAULT NULL of a varchar(20), which is none. Partitions have
// their parent's identity since PostgreSQL 17.
const columnFacts = `
SELECT concat_ws(' ', 'column', rel_name || '.' || row_number() OVER (PARTITION BY rel.oid ORDER BY attnum), attname,
	CASE WHEN relkind NOT IN ('v', 'm') THEN replace(regexp_replace(format_type(atttypid, NULL), '^[^ ]+\.', ''), '"', '') END,
	CASE WHEN attnotnull THEN 'not null' END, CASE WHEN attidentity <> '' AND NOT (rel.relispartition AND current_setting('server_version_num')::int >= 170000) THEN 'identity' END,
	CASE WHEN attgenerated <> '' THEN 'generated' END,
	'default ' || coalesce(CASE WHEN typtype = 'd' OR pg_get_expr(d.adbin, d.adrelid) NOT LIKE 'NULL::%%' THEN pg_get_expr(d.adbin, d.adrelid) END, typdefault))
FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid AND attnum > 0 AND NOT attisdropped JOIN pg_type t ON t.oid = atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = rel.oid AND d.adnum = attnum AND relkind NOT IN ('v', 'm')
`

const keyFacts = `
SELECT concat_ws(' ', 'key', rel_name, c.relname, '(' || (SELECT string_agg(coalesce(attname, ''), ',' ORDER BY k.ord)
	FROM unnest(i.indkey::smallint[]) WITH ORDINALITY k(attnum, ord) LEFT JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum = k.attnum AND a.attnum > 0
	WHERE k.ord <= i.indnkeyatts) || ')',
	CASE WHEN indisprimary THEN 'primary' END, CASE WHEN con.oid IS NOT NULL THEN 'constraint' END,
	CASE WHEN indpred IS NOT NULL THEN 'partial' END)
FROM rel JOIN pg_index i ON i.indrelid = rel.oid AND indisunique JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u')`

// A foreign key to a partitioned table has a row for each of its partitions
// too, which belong to the same constraint.
const foreignKeyFacts = `
SELECT concat_ws(' ', 'foreign key', rel.rel_name, con.conname,
	'(' || (SELECT string_agg(attname, ',' ORDER BY k.ord) FROM unnest(con.conkey) WITH ORDINALITY k(attnum, ord) JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum) || ')',
	'to', other.rel_name,
	'(' || (SELECT string_agg(attname, ',' ORDER BY k.ord) FROM unnest(con.confkey) WITH ORDINALITY k(attnum, ord) JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum) || ')',
	'delete', CASE con.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END,
	'(' || (SELECT string_agg(attname, ',' ORDER BY k.ord) FROM jsonb_array_elements_text(nullif(to_jsonb(con) -> 'confdelsetcols', 'null')) WITH ORDINALITY k(attnum, ord) JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum::int2) || ')',
	'update', CASE con.confupdtype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END,
	CASE WHEN NOT con.convalidated THEN 'not valid' END)
FROM rel JOIN pg_constraint con ON con.conrelid = rel.oid AND con.contype = 'f' JOIN every other ON other.oid = con.confrelid
LEFT JOIN pg_constraint parent ON parent.oid = con.conparentid
WHERE parent.conrelid IS DISTINCT FROM con.conrelid`

const triggerFacts = `
SELECT concat_ws(' ', 'trigger', rel_name, tgname,
	CASE WHEN tgtype & 2 <> 0 THEN 'before' WHEN tgtype & 64 <> 0 THEN 'instead' ELSE 'after' END,
	CASE WHEN tgtype & 4 <> 0 THEN 'insert' END, CASE WHEN tgtype & 16 <> 0 THEN 'update' END, CASE WHEN tgtype & 8 <> 0 THEN 'delete' END,
	CASE WHEN tgtype & 1 <> 0 THEN 'row' END, CASE WHEN tgqual IS NOT NULL OR cardinality(tgattr::smallint[]) > 0 THEN 'conditional' END,
	CASE WHEN tgenabled IN ('D', 'R') THEN 'disabled' END, 'calls', n.nspname || '.' || p.proname)
FROM rel JOIN pg_trigger g ON g.tgrelid = rel.oid AND NOT tgisinternal JOIN pg_proc p ON p.oid = tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace`

const policyFacts = `
SELECT concat_ws(' ', 'policy', rel_name, polname, 'for', CASE polcmd WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END,
	'to', (SELECT string_agg(coalesce(rolname, 'public'), ',' ORDER BY rolname) FROM unnest(polroles) o(oid) LEFT JOIN pg_roles USING (oid)),
	CASE WHEN NOT polpermissive THEN 'restrictive' END, 'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid))
FROM rel JOIN pg_policy ON polrelid = rel.oid`
