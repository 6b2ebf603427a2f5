package proof

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
	"github.com/tenantvet/tenantvet/sqlcheck/schema/compare"
)

// firstOfUsers is the first OID that the server gives to what users make.
const firstOfUsers = 16384

// liveDifference reads a database as the tool does and compares the model with its
// catalog, fact by fact.
func liveDifference(ctx context.Context, conn *pgx.Conn, migrations *schema.Model) (out []string, err error) {
	d, err := livedb.Read(ctx, conn.Config().ConnString())
	if err != nil {
		return nil, err
	}
	// Nor does the comparison of the two, which goes by what expressions ask.
	for _, c := range compare.Models(d.Model, migrations, pgserver.Superuser) {
		if reason := differs()[c.Message]; reason == "" {
			out = append(out, strings.Join(strings.Fields("compared: "+c.Message+" "+c.Want+" "+c.Have), " "))
		}
	}
	for _, p := range d.Problems {
		return nil, fmt.Errorf("%s: %s in %s", p.At.File, p.Message, d.Statement(p.At))
	}
	has, err := serverFacts(ctx, conn, firstOfUsers-1)
	if err != nil {
		return nil, err
	}
	says, err := modelFacts(ctx, conn, d.Model)
	if err != nil {
		return nil, err
	}
	says, has = slices.Collect(settled(says)), slices.Collect(settled(has))
	for i := range says { // as serverFacts has it
		says[i] = strings.Replace(says[i], "grant on schema public by pg_database_owner ", "grant on schema public by "+superuser+" ", 1)
	}
	for _, line := range difference(d.Model, has, says) {
		if !strings.HasPrefix(line, "+ role "+pgserver.Superuser+" ") { // who was there before
			out = append(out, line)
		}
	}
	return out, nil
}

// settled leaves out the casts of checks: the server moves them into an array when it
// reads its own words.
func settled(facts []string) iter.Seq[string] {
	casts := regexp.MustCompile(`::[a-z ]+(\[\])?|[()]`)
	return func(yield func(string) bool) {
		for _, line := range facts {
			if strings.HasPrefix(line, "check ") {
				line = casts.ReplaceAllString(line, "")
			}
			if !yield(line) {
				return
			}
		}
	}
}

// differs are differences that are there, by their message: the reason.
func differs() map[string]string {
	return map[string]string{
		"PUBLIC may create on public in the database, which no migration grants": "the prelude granted it",
		"table schema_migrations is in the database, but in no migration":        "it is the migration tool's, and default privileges open it",
		"the body of function app.atomic() is another one in the database":       "a table was renamed in it, which the replay leaves as it was written",
	}
}
