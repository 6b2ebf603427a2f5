package proof

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// PostgreSQL's own tests of row security and privileges, statement for statement:
// at each checkpoint the replay of what the server took gives the server's state.
func TestReplayOfRegression(t *testing.T) {
	pgserver.Need(t, server)
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	if version := serverVersion(t, s) / 10000; version != 15 {
		t.Skipf("the files are those of PostgreSQL 15, not %d", version)
	}
	for _, name := range []string{"rowsecurity", "privileges", "create_role", "roleattributes"} {
		t.Run(name, func(t *testing.T) {
			regress(t, s, regressionTexts(t, name), regressUnequal()[name])
		})
	}
	if *regressionDir == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(*regressionDir, "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run("full/"+strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			regress(t, s, scriptTexts(string(data)), regressUnequal()[strings.TrimSuffix(filepath.Base(file), ".sql")])
		})
	}
}

// The parser's module has the beginnings of the tests only, and those without
// psql's commands.
var regressionDir = flag.String("replay.regression", "", "directory of PostgreSQL's regression tests (src/test/regress/sql) to replay beside those that are at hand")

var gset = regexp.MustCompile(`(?m)\\(gset|gx?|gdesc|crosstabview)\b.*$`)

// scriptTexts cuts a script of psql into its statements and commands.
func scriptTexts(script string) []string {
	var out []string
	var sql strings.Builder
	flush := func() {
		text := sql.String()
		for _, span := range sqlcheck.Split(text) {
			out = append(out, text[span.Pos:span.End])
		}
		sql.Reset()
	}
	data := false
	for line := range strings.Lines(gset.ReplaceAllString(script, ";")) {
		switch {
		case data:
			data = !strings.HasPrefix(line, `\.`)
		case strings.HasPrefix(line, `\`):
			flush()
			out = append(out, strings.TrimSpace(line))
		default:
			sql.WriteString(line)
			lower := strings.ToLower(line)
			data = strings.HasPrefix(lower, "copy ") && strings.Contains(lower, "from stdin")
		}
	}
	flush()
	return out
}

// reconnect does what psql's \connect does; others of its commands change nothing.
func reconnect(t *testing.T, conn *pgx.Conn, command string) *pgx.Conn {
	t.Helper()
	words := strings.Fields(command)
	if len(words) == 0 || words[0] != `\c` && words[0] != `\connect` {
		return conn
	}
	config := conn.Config().Copy()
	if len(words) > 2 && words[2] != "-" {
		config.User = words[2]
	}
	conn.Close(t.Context())
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// checkpoint is after how many statements the states are compared.
const checkpoint = 10

func regress(t *testing.T, s *pgserver.Server, texts []string, unequal map[string]string) {
	ctx := t.Context()
	admin, err := scratch(ctx, t, s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(ctx, "GRANT CREATE ON SCHEMA public TO PUBLIC"); err != nil { // as before version 15, for which the tests are
		t.Fatal(err)
	}
	config := admin.Config().Copy()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	last, err := lastOID(ctx, admin)
	if err != nil {
		t.Fatal(err)
	}
	taken := []string{"GRANT CREATE ON SCHEMA public TO PUBLIC"}
	refused, compared, facts, due := 0, 0, 0, false
	met := map[string]bool{}
	for i, text := range texts {
		if copies(text) {
			continue
		}
		if strings.HasPrefix(text, `\`) {
			conn = reconnect(t, conn, text)
			taken = append(taken, "\n"+text+"\n")
			continue
		}
		before := conn.PgConn().TxStatus()
		tag, err := conn.Exec(ctx, text)
		switch {
		case err != nil:
			refused++
			if before != 'I' && conn.PgConn().TxStatus() == 'I' { // a COMMIT that failed
				taken = append(taken, "ROLLBACK")
			}
		case tag.String() == "ROLLBACK": // also what a COMMIT of a failed transaction does
			taken = append(taken, "ROLLBACK")
		default:
			taken = append(taken, text)
		}
		due = due || i%checkpoint == checkpoint-1 || i == len(texts)-1
		if !due || conn.PgConn().TxStatus() != 'I' {
			continue
		}
		due = false
		diff, n := compareStates(t, admin, last, taken)
		compared, facts = compared+1, facts+n
		for _, line := range diff {
			if met[line] {
				continue // once is enough
			}
			met[line] = true
			if unequal[line[2:]] == "" {
				t.Errorf("after statement %d: %s", i+1, line)
			}
		}
	}
	for line := range unequal {
		if !met["- "+line] && !met["+ "+line] {
			t.Errorf("is equal by now: %s", line)
		}
	}
	t.Logf("%d statements, %d of them refused by the server; compared %d times, %d facts", len(texts), refused, compared, facts)
	if compared < 8 || facts < 50 {
		t.Error("too little for the test to mean something")
	}
}

// compareStates compares what the server has with the replay of what it took.
func compareStates(t *testing.T, admin *pgx.Conn, last uint32, taken []string) (diff []string, facts int) {
	t.Helper()
	model, problems := schema.Replay([]schema.File{{Path: "taken.sql", SQL: script(taken)}})
	for _, p := range problems {
		t.Errorf("taken.sql:%d: %s", p.At.Line, p.Message)
	}
	has, err := serverFacts(t.Context(), admin, last)
	if err != nil {
		t.Fatal(err)
	}
	says, err := modelFacts(t.Context(), admin, model)
	if err != nil {
		t.Fatal(err)
	}
	return difference(model, has, says), len(has)
}

// script puts statements and commands together.
func script(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(text)
		if !strings.HasPrefix(text, "\n\\") {
			b.WriteString("\n;\n")
		}
	}
	return b.String()
}

// copies reports whether a statement waits for data that is not in its text.
func copies(text string) bool {
	lower := strings.ToLower(text)
	return strings.Contains(lower, "copy ") && (strings.Contains(lower, "stdin") || strings.Contains(lower, "stdout"))
}

// regressionTexts are the statements of one of PostgreSQL's regression tests, as
// they are in the module of a parser whose own tests rest on them; nothing of it
// is copied here. It has them without psql's commands.
func regressionTexts(t *testing.T, name string) []string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/sqlc-dev/oliphant").Output()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "parser/testdata/fingerprint/postgres_regress", name+".test"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range strings.Split("\n"+string(data), "\n== ")[1:] {
		_, body, _ := strings.Cut(c, "\n")
		sql, _, _ := strings.Cut(body, "\n--\n") // lines "--" of the text start with a bar
		sql = strings.ReplaceAll(strings.TrimPrefix("\n"+sql, "\n|"), "\n|--", "\n--")
		out = append(out, strings.TrimPrefix(sql, "\n"))
	}
	return out
}

// regressUnequal are differences that are meant: file, fact, reason.
func regressUnequal() map[string]map[string]string {
	const expression = "the replay knows no types of expressions"
	return map[string]map[string]string{"privileges": {
		"column public.atest12.1 a":         expression,
		"column public.atest12.1 a integer": expression,
		"column public.atest12.2 b":         expression,
		"column public.atest12.2 b integer": expression,
	}}
}
