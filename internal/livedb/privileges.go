package livedb

import "strings"

// privileges are the queries for access control lists. A list that is not there
// stands for what the server gives by itself; one that is there is all.
func privileges() []string {
	var out []string
	for _, of := range []*strings.Replacer{
		strings.NewReplacer("{on}", "'SCHEMA ' || quote_ident(nspname)", "{acl}", "nspacl", "{owner}", "nspowner", "{object}", "'schema/' || nspname",
			"{all}", "(SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')", "{default}",
			// What every new database has.
			"CASE WHEN nspname = 'public' THEN acldefault('n', nspowner) || makeaclitem(0, nspowner, 'USAGE', false) ELSE acldefault('n', nspowner) END"),
		strings.NewReplacer("{on}", "'TABLE ' || full_name", "{acl}", "relacl", "{owner}", "relowner", "{object}", "object",
			"{all}", "rel", "{default}", "acldefault('r', relowner)"),
		strings.NewReplacer("{on}", "'ROUTINE ' || signature", "{acl}", "proacl", "{owner}", "proowner", "{object}", "object",
			"{all}", "func", "{default}", "acldefault('f', proowner)"),
	} {
		out = append(out, of.Replace(revokes), of.Replace(grants))
	}
	return append(out, columnGrants)
}

// What an owner and PUBLIC have by default is taken away where the list lacks it.
const revokes = `
SELECT {object}, format('REVOKE ALL ON %s FROM %s', {on}, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END), pg_get_userbyid({owner})
FROM {all} o, LATERAL (SELECT grantee, privilege_type FROM aclexplode({default})
	EXCEPT SELECT grantee, privilege_type FROM aclexplode({acl}) WHERE grantor = {owner}) lost
WHERE {acl} IS NOT NULL GROUP BY 1, 2, 3, o.oid ORDER BY o.oid, 2`

const grants = `
SELECT {object}, format('GRANT %s ON %s TO %s', string_agg(privilege_type, ', ' ORDER BY privilege_type), {on}, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
	|| CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, pg_get_userbyid(grantor)
FROM {all} o, LATERAL aclexplode({acl}) WITH ORDINALITY a(grantor, grantee, privilege_type, is_grantable, ord)
WHERE {acl} IS NOT NULL AND NOT EXISTS (SELECT FROM (SELECT array_agg(privilege_type ORDER BY privilege_type) FROM aclexplode({acl}) x WHERE x.grantor = a.grantor AND x.grantee = a.grantee AND NOT is_grantable) mine(list)
	JOIN (SELECT array_agg(privilege_type ORDER BY privilege_type) FROM aclexplode({default}) x WHERE x.grantee = a.grantee) given(list)
	ON mine.list = given.list WHERE a.grantor = {owner})
GROUP BY 1, {on}, grantee, is_grantable, grantor, o.oid ORDER BY o.oid, min(ord)`

const columnGrants = `
SELECT object, format('GRANT %s ON %s TO %s', string_agg(format('%s (%I)', privilege_type, attname), ', ' ORDER BY privilege_type), full_name,
	CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END) || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, pg_get_userbyid(grantor)
FROM rel JOIN pg_attribute ON attrelid = rel.oid AND attacl IS NOT NULL AND NOT attisdropped, LATERAL aclexplode(attacl) WITH ORDINALITY a(grantor, grantee, privilege_type, is_grantable, ord)
GROUP BY 1, full_name, attname, attnum, grantee, is_grantable, grantor, rel.oid ORDER BY rel.oid, attnum, min(ord)`

const defaultPrivileges = `
SELECT 'default privileges/' || r.rolname || coalesce('.' || nspname, ''), format('ALTER DEFAULT PRIVILEGES FOR ROLE %I', r.rolname) || coalesce(' IN SCHEMA ' || quote_ident(nspname), '')
	|| change || format(' ON %s ', CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'S' THEN 'SEQUENCES' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END)
	|| whom, ''
FROM pg_default_acl d JOIN pg_roles r ON r.oid = defaclrole LEFT JOIN pg_namespace n ON n.oid = defaclnamespace,
LATERAL (
	SELECT 0 AS ord, ' REVOKE ALL' AS change, 'FROM PUBLIC' AS whom WHERE defaclnamespace = 0 AND defaclobjtype IN ('f', 'T')
		AND NOT EXISTS (SELECT FROM aclexplode(defaclacl) WHERE grantee = 0)
	UNION ALL
	SELECT 1, ' GRANT ' || string_agg(privilege_type, ', ' ORDER BY privilege_type), 'TO ' || CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END
		|| CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
	FROM aclexplode(defaclacl) WHERE grantee <> defaclrole AND NOT (defaclnamespace = 0 AND defaclobjtype IN ('f', 'T') AND grantee = 0) GROUP BY grantee, is_grantable
) c ORDER BY 1, defaclobjtype, ord, whom`
