package proof

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/livedb"
	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

// firstOfUsers is the first OID that the server gives to what users make.
const firstOfUsers = 16384

// liveDifference reads a database as the tool does and compares the model with its
// catalog, fact by fact.
func liveDifference(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	d, err := livedb.Read(ctx, conn.Config().ConnString())
	if err != nil {
		return nil, err
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
	for i := range says { // as serverFacts has it
		says[i] = strings.Replace(says[i], "grant on schema public by pg_database_owner ", "grant on schema public by "+superuser+" ", 1)
	}
	var out []string
	for _, line := range difference(d.Model, has, says) {
		if !strings.HasPrefix(line, "+ role "+pgserver.Superuser+" ") { // who was there before
			out = append(out, line)
		}
	}
	return out, nil
}
