package proof

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck"
)

var (
	pinnedSeed       = flag.Uint64("pinned.seed", 1, "seed of the statements that are judged by their conditions")
	pinnedStatements = flag.Int("pinned.statements", 2000, "how many of them there are")
	pinnedOnly       = flag.Bool("pinned.only", false, "run only those that are judged to be held to a tenant")
)

// Tenants 1 and 2 share ids; some rows are there twice, some have no tenant.
const pinnedSchema = `
CREATE TABLE tenants (id int, code int, n int);
CREATE TABLE orders (tenant_id int, id int, customer_id int, parent_id int, n int, uid int UNIQUE);
CREATE TABLE customers (tenant_id int, id int, n int);
CREATE TABLE items (tenant_id int, id int, order_id int, n int, uid int UNIQUE);
CREATE TABLE notes (tenant_id int, id int, order_id int, n int);
INSERT INTO tenants VALUES (1, 1, 1), (2, 2, 1), (3, 1, NULL);
INSERT INTO orders VALUES (1, 1, 1, NULL, 1, 1), (1, 2, 1, 1, 2, 2), (1, 3, 2, 2, NULL, 3), (1, 1, 1, NULL, 1, NULL),
	(2, 1, 1, NULL, 1, 4), (2, 2, 2, 1, 3, 5), (2, 4, 1, 2, NULL, NULL), (NULL, 1, 1, 1, 1, 6), (NULL, 5, NULL, NULL, 2, NULL);
INSERT INTO customers VALUES (1, 1, 1), (1, 2, NULL), (2, 1, 2), (2, 3, 1), (NULL, 2, 1);
INSERT INTO items VALUES (1, 1, 1, 1, 1), (1, 2, 1, 2, 3), (1, 2, 2, NULL, 5), (2, 1, 1, 1, 2), (2, 2, 2, 2, 4), (2, 3, 4, 3, NULL), (NULL, 3, 1, 1, 6);
INSERT INTO notes VALUES (1, 1, 1, 3), (1, 4, NULL, 1), (2, 1, 1, 3), (2, 4, 2, 1), (2, 2, 2, NULL), (NULL, NULL, 2, 2);
`

// pinnedCatalog knows the tables of the schema.
type pinnedCatalog struct{}

func (pinnedCatalog) Columns(n sqlcheck.Name) ([]string, bool) {
	for _, s := range append(tenantTables, globalTable) {
		if s.name != n.Name {
			continue
		}
		if s.tenant == "" {
			return s.ints, true
		}
		return append([]string{s.tenant}, s.ints...), true
	}
	return nil, false
}

func (pinnedCatalog) Unique(_ sqlcheck.Name, columns []string) (unique, known bool) {
	return slices.Contains(columns, "uid"), true
}

// A statement of which every tenant relation is pinned to one tenant gives the
// same rows, and makes the same changes, as if there were no other tenants.
func TestPinnedIsolates(t *testing.T) {
	s := pgserver.Need(t, server)
	ctx := t.Context()
	if err := s.Prepare(ctx, "pinned", pinnedSchema); err != nil {
		t.Fatal(err)
	}
	full := connect(t, s, s.Clone(t, "pinned"))
	alone := connect(t, s, s.Clone(t, "pinned"))
	for _, table := range tenantTables {
		if _, err := alone.Exec(ctx, "DELETE FROM "+table.name+" WHERE tenant_id IS DISTINCT FROM 1"); err != nil {
			t.Fatal(err)
		}
	}
	before, err := execute(ctx, full, allRows())
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	start := time.Now()
	g := &generator{Rand: rand.New(rand.NewPCG(*pinnedSeed, 0))}
	for range *pinnedStatements {
		sql := g.statement()
		pinned := isPinned(t, sql, nil)
		known := isPinned(t, sql, pinnedCatalog{})
		if *pinnedOnly && !pinned && !known {
			continue
		}
		kind := strings.ToLower(strings.Fields(strings.TrimLeft(sql, "("))[0])
		a, errA := execute(ctx, full, sql)
		b, errB := execute(ctx, alone, sql)
		if errA != nil || errB != nil {
			count["refused"]++
			if errA != nil && errB == nil && (pinned || known) {
				count["refused beside others"]++
			}
			continue
		}
		differ := tell(a, b, before.rows)
		switch {
		case differ != "" && (pinned || known):
			t.Errorf("judged pinned (without catalog: %t, with: %t), but %s\n%s\n%s", pinned, known, differ, sql, sqlcheck.AnalyzeText(sql))
		case pinned || known:
			count["pinned"]++
			count["pinned "+kind]++
		case differ != "":
			count["leaking"]++
		default:
			count["unpinned, harmless on this data"]++
		}
		if pinned != known {
			count["pinned by one only"]++
		}
	}
	t.Logf("%d statements in %v: %v", *pinnedStatements, time.Since(start).Round(time.Millisecond), count)
	if *pinnedOnly {
		return
	}
	for what, atLeast := range map[string]int{
		"pinned": 500, "leaking": 300, "pinned select": 200, "pinned with": 50, "pinned update": 30, "pinned delete": 30,
		"pinned insert": 20, "pinned merge": 10,
	} {
		if count[what] < atLeast {
			t.Errorf("%s: %d statements, want at least %d for the test to mean something", what, count[what], atLeast)
		}
	}
}

// isPinned reports whether a statement is judged to stay with the tenant that
// is its first parameter.
func isPinned(t *testing.T, sql string, c sqlcheck.Catalog) bool {
	t.Helper()
	facts := sqlcheck.AnalyzeIn(sqlcheck.Text(sql), c)
	if facts.Err != nil || len(facts.Statements) != 1 {
		t.Fatalf("%v\n%s", facts.Err, sql)
	}
	st := facts.Statements[0]
	for i, r := range st.Relations {
		if r.Name.Name == globalTable.name {
			continue
		}
		inserted := slices.IndexFunc(st.Inserts, func(in sqlcheck.Insertion) bool { return in.Relation == i })
		if inserted >= 0 {
			from := slices.IndexFunc(st.Inserts[inserted].Columns, func(c sqlcheck.ColumnValue) bool {
				return c.Column == "tenant_id" && c.From == sqlcheck.FromParam && c.Param == 1
			})
			if from < 0 {
				return false
			}
			if st.Op == sqlcheck.Insert {
				continue
			}
		}
		if r.Loose || !slices.ContainsFunc(r.Pins, func(p sqlcheck.Pin) bool {
			return p.Column == "tenant_id" && p.To == sqlcheck.FromParam && p.Param == 1
		}) {
			return false
		}
	}
	return true
}

// An outcome is what a statement returned, and all rows after it.
type outcome struct {
	rows   []string
	tables []string
}

// execute runs a statement in a transaction that is undone.
func execute(ctx context.Context, conn *pgx.Conn, sql string) (out outcome, err error) {
	text := "BEGIN; " + strings.ReplaceAll(sql, "$1", "1")
	if changes(sql) {
		text += "; " + allRows()
	}
	results, err := conn.PgConn().Exec(ctx, text+"; ROLLBACK").ReadAll()
	if err != nil {
		_, undo := conn.Exec(ctx, "ROLLBACK")
		return out, errors.Join(err, undo)
	}
	out.rows = texts(results[1])
	if changes(sql) {
		out.tables = texts(results[2])
	}
	return out, nil
}

func texts(r *pgconn.Result) []string {
	var out []string
	for _, row := range r.Rows {
		var list []string
		for _, v := range row {
			if v == nil {
				v = []byte("NULL")
			}
			list = append(list, string(v))
		}
		out = append(out, strings.Join(list, ","))
	}
	slices.Sort(out)
	return out
}

func changes(sql string) bool {
	for _, word := range []string{"UPDATE", "DELETE", "INSERT", "MERGE"} {
		if strings.Contains(sql, word) {
			return true
		}
	}
	return false
}

// allRows reads all rows of the tenants' tables, the tenant first.
func allRows() string {
	var parts []string
	for _, table := range tenantTables {
		parts = append(parts, fmt.Sprintf("SELECT coalesce(tenant_id::text, 'none') || ' %s ' || x::text FROM %[1]s x", table.name))
	}
	return strings.Join(parts, " UNION ALL ")
}

// tell says how a statement's outcome on all rows tells that there are
// other tenants; "" if it doesn't.
func tell(all, alone outcome, before []string) string {
	switch {
	case !slices.Equal(all.rows, alone.rows):
		return fmt.Sprintf("the rows of others matter: it returns %v, and %v without them", all.rows, alone.rows)
	case all.tables == nil:
		return ""
	case !slices.Equal(of("1", all.tables), of("1", alone.tables)):
		return fmt.Sprintf("it leaves other rows of the tenant: %v, and %v without others", of("1", all.tables), of("1", alone.tables))
	}
	for _, other := range []string{"2", "none"} {
		if got, want := of(other, all.tables), of(other, before); !slices.Equal(got, want) {
			return fmt.Sprintf("it changes rows of others: %v, which were %v", got, want)
		}
	}
	return ""
}

func of(tenant string, rows []string) []string {
	var out []string
	for _, r := range rows {
		if strings.HasPrefix(r, tenant+" ") {
			out = append(out, r)
		}
	}
	return out
}

func connect(t *testing.T, s *pgserver.Server, database string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.URL(pgserver.Superuser, database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}
