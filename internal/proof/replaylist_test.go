package proof

// notRun are the archives that no server runs, with the reason.
func notRun() map[string]string {
	return map[string]string{
		"broken":       "has errors on purpose",
		"templates":    "has marks of a template engine",
		"gexec":        "reads a table that is not there",
		"psql-unknown": "rests on the command line",
		"do-guards":    "reads a table that is not there, to see what becomes of code that can't be followed",
		"search_path":  "names no schema to create in",
	}
}

// psqlArchives are those with commands of psql, which runs them.
func psqlArchives() []string { return []string{"pg_dump", "psql"} }

// preludes are what an archive takes for granted.
func preludes() map[string]string {
	const supabase = `CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY);
		CREATE SCHEMA storage; CREATE TABLE storage.objects (bucket_id text, name text, owner uuid);
		CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
		CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';
		CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql AS 'SELECT NULL::text[]';
		CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
		CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS;`
	return map[string]string{
		"pg_dump":   "CREATE ROLE app_owner; CREATE ROLE app_user",
		"alter":     "CREATE ROLE app_user; CREATE ROLE boss; CREATE TABLE elsewhere ();",
		"relations": "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w",
		"roles":     "GRANT CREATE ON SCHEMA public TO PUBLIC",
		"supabase":  supabase,
	}
}

// unequal are differences that are meant: archive, fact, reason.
func unequal() map[string]map[string]string {
	const expression, outside = "the replay knows no types of expressions", "the replay does not know the provider's keys"
	return map[string]map[string]string{
		"roles": {
			"grant on schema public by postgres to public create,usage": "the prelude granted it",
			"grant on schema public by postgres to public usage":        "the prelude granted more",
		},
		"inherits": {
			"column public.selected.2 lower":         expression,
			"column public.selected.2 lower text":    expression,
			"column public.selected.3 ?column?":      expression,
			"column public.selected.3 ?column? text": expression,
			"column public.selected.5 count":         expression,
			"column public.selected.5 count bigint":  expression,
		},
		"supabase": {
			"foreign key public.members members_user_id_fkey (user_id) to auth.users () delete no action update no action":   outside,
			"foreign key public.members members_user_id_fkey (user_id) to auth.users (id) delete no action update no action": outside,
		},
	}
}
