package redteam

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// Apply runs migrations on an empty database, as the connection's role. What the
// server refuses for want of an extension's files is left out, and noted.
func Apply(ctx context.Context, conn *pgx.Conn, files []schema.File) (notes []string, err error) {
	var login string
	if err := conn.QueryRow(ctx, "SELECT session_user::text").Scan(&login); err != nil {
		return nil, err
	}
	// The login may have been taken on, which a reset ends.
	reset := "RESET ALL; SET SESSION AUTHORIZATION " + id(login)
	for _, f := range files {
		// A migration tool opens a connection, or resets it.
		if _, err := conn.Exec(ctx, reset); err != nil {
			return nil, err
		}
		_, err := conn.Exec(ctx, f.SQL)
		var e *pgconn.PgError
		// Roles and extensions are often made by those who run the server.
		for errors.As(err, &e) {
			what, sql := grantedFor(e.Message)
			if sql == "" {
				break
			}
			if _, err := conn.Exec(ctx, sql); err != nil {
				return nil, fmt.Errorf("%s: %s", f.Path, said(err))
			}
			notes = append(notes, fmt.Sprintf("%s takes %s for granted, which was made", f.Path, what))
			e = nil
			_, err = conn.Exec(ctx, f.SQL)
		}
		switch {
		case err == nil:
			continue
		case !errors.As(err, &e):
			return nil, err
		case e.Code == "25001" || e.Code == "55P04" || e.Code == "58P01" || e.Code == "0A000":
			// Not in a transaction, a new value of an enum, or no such extension here.
			more, err := statements(ctx, conn, f)
			notes = append(notes, more...)
			if err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%s: %s", f.Path, said(err))
		}
	}
	_, err = conn.Exec(ctx, reset)
	return notes, err
}

var (
	missingRole     = regexp.MustCompile(`^role "([^"]+)" does not exist$`)
	missingCitext   = regexp.MustCompile(`^type "citext" does not exist$`)
	missingGenerate = regexp.MustCompile(`^function uuid_generate_v4\(\) does not exist$`)
)

// grantedFor says what a message of the server misses, and how it is made.
func grantedFor(message string) (what, sql string) {
	switch {
	case missingRole.MatchString(message):
		name := missingRole.FindStringSubmatch(message)[1]
		return "role " + name, "CREATE ROLE " + id(name) + " LOGIN"
	case missingCitext.MatchString(message):
		return "type citext", standIns()["citext"]
	case missingGenerate.MatchString(message):
		return "function uuid_generate_v4", standIns()["uuid-ossp"]
	}
	return "", ""
}

func statements(ctx context.Context, conn *pgx.Conn, f schema.File) (notes []string, err error) {
	for _, span := range sqlcheck.Split(f.SQL) {
		text := f.SQL[span.Pos:span.End]
		_, err := conn.Exec(ctx, text)
		var e *pgconn.PgError
		if errors.As(err, &e) && (e.Code == "58P01" || e.Code == "0A000") && strings.Contains(strings.ToUpper(text), "EXTENSION") {
			note := fmt.Sprintf("%s:%d: left out: %s", f.Path, 1+strings.Count(f.SQL[:span.Pos], "\n"), said(err))
			for extension, sql := range standIns() {
				if strings.Contains(text, extension) {
					if _, err := conn.Exec(ctx, sql); err == nil {
						note += "; something like it stands in"
					}
				}
			}
			notes = append(notes, note)
			continue
		}
		if err != nil {
			return notes, fmt.Errorf("%s:%d: %s", f.Path, 1+strings.Count(f.SQL[:span.Pos], "\n"), said(err))
		}
	}
	return notes, nil
}

// standIns have, of extensions that are often not installed, what tables are made with.
func standIns() map[string]string {
	return map[string]string{
		"citext":    "CREATE DOMAIN citext AS text",
		"uuid-ossp": "CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT gen_random_uuid()'",
	}
}

// Supabase is what its platform has made before the first migration, as far as
// policies rely on it.
const Supabase = `
CREATE ROLE anon NOLOGIN; CREATE ROLE authenticated NOLOGIN; CREATE ROLE service_role NOLOGIN BYPASSRLS;
CREATE SCHEMA auth; CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA public, auth TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text, raw_app_meta_data jsonb, raw_user_meta_data jsonb, created_at timestamptz DEFAULT now());
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb $$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(auth.jwt() ->> 'sub', '')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT auth.jwt() ->> 'role' $$;
CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS $$ SELECT auth.jwt() ->> 'email' $$;
`

var made = regexp.MustCompile(`(?i)create\s+(role|user)\s+authenticated\b|create\s+schema\s+(if\s+not\s+exists\s+)?auth\b`)

// NeedsSupabase reports whether migrations take its roles and functions for granted.
func NeedsSupabase(files []schema.File) bool {
	for _, f := range files {
		if made.MatchString(f.SQL) {
			return false // they make their own
		}
	}
	for _, f := range files {
		for _, word := range []string{"auth.uid(", "auth.jwt(", "auth.users", "auth.role("} {
			if strings.Contains(f.SQL, word) {
				return true
			}
		}
	}
	return false
}
