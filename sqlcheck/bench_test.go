package sqlcheck_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// benchStatements are statements as programs send them, one text each.
func benchStatements(tb testing.TB) []string {
	tb.Helper()
	data, err := os.ReadFile("testdata/bench/statements.sql")
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for _, s := range pgparse.Split(string(data)) {
		if s.Err != nil {
			tb.Fatal(s.Err)
		}
		out = append(out, string(data[s.Start:s.End]))
	}
	return out
}

// BenchmarkParse is the bare parser, without the check of a text's size before it.
func BenchmarkParse(b *testing.B) {
	texts := benchStatements(b)
	for b.Loop() {
		for _, s := range texts {
			if _, err := pgparse.ParseChecked(s); err != nil {
				b.Fatal(err)
			}
		}
	}
	perText(b, len(texts))
}

// BenchmarkFacts is the whole analysis of the same statements. Its own share, what
// it takes over the bare parser, is printed in units of the parser's, and is to
// stay below 1; TestShare holds it there.
func BenchmarkFacts(b *testing.B) {
	benchFacts(b, nil)
}

// BenchmarkFactsIn is BenchmarkFacts with a catalog.
func BenchmarkFactsIn(b *testing.B) {
	benchFacts(b, everyTable{})
}

func benchFacts(b *testing.B, c sqlcheck.Catalog) {
	texts := benchStatements(b)
	for b.Loop() {
		analyzeAll(texts, c)
	}
	b.ReportMetric(share(texts, c), "own/parser")
	perText(b, len(texts))
}

func analyzeAll(texts []string, c sqlcheck.Catalog) {
	for _, s := range texts {
		sqlcheck.AnalyzeIn(sqlcheck.Text(s), c)
	}
}

func parseAll(texts []string) {
	for _, s := range texts {
		pgparse.ParseChecked(s)
	}
}

// share is the time that the analysis takes over the bare parser, in units of the
// parser's. Both take turns, and the fastest of many runs count, which what else
// the machine does disturbs least; the collector waits meanwhile, as it would
// charge the one for what the other has left.
func share(texts []string, c sqlcheck.Catalog) float64 {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	facts, parser := time.Hour, time.Hour
	for range 50 {
		runtime.GC()
		parser = min(parser, timed(func() { parseAll(texts) }))
		facts = min(facts, timed(func() { analyzeAll(texts, c) }))
	}
	return float64(facts-parser) / float64(parser)
}

func timed(run func()) time.Duration {
	start := time.Now()
	run()
	return time.Since(start)
}

// TestShare holds that the analysis of a statement costs less than to parse it,
// with either parser, and what it allocates for one: that is the same in every run.
func TestShare(t *testing.T) {
	texts := benchStatements(t)
	const most = 55 // allocations for a statement, on top of the parser's
	all := testing.AllocsPerRun(10, func() { analyzeAll(texts, nil) })
	parser := testing.AllocsPerRun(10, func() { parseAll(texts) })
	own := (all - parser) / float64(len(texts))
	t.Logf("%.1f allocations for a statement", own)
	if own > most {
		t.Errorf("%.1f allocations for a statement on top of the parser's %.1f, want at most %d", own, parser/float64(len(texts)), most)
	}
	var got float64
	for range 5 { // a machine that is busy may disturb all runs of one
		if got = share(texts, nil); got < 1 {
			t.Logf("the share is %.2f of the parser's time", got)
			return
		}
	}
	t.Errorf("our share is %.2f of the parser's time, want less than 1", got)
}

func perText(b *testing.B, texts int) {
	b.ReportMetric(float64(texts*b.N)/b.Elapsed().Seconds(), "texts/s")
}

// BenchmarkHoles is the analysis of texts in which several ways to fill a hole
// have to be tried.
func BenchmarkHoles(b *testing.B) {
	tmpl := template("SELECT id FROM orders WHERE tenant_id = $1 ⟨⟩ ORDER BY ⟨⟩ LIMIT ⟨int⟩")
	for b.Loop() {
		sqlcheck.Analyze(tmpl)
	}
}

// everyTable is a catalog in which every table has the same columns.
type everyTable struct{}

var everyColumn = strings.Fields("id tenant_id org_id user_id name email status created_at updated_at")

func (everyTable) Columns(sqlcheck.Name) ([]string, bool) { return everyColumn, true }

func (everyTable) Unique(_ sqlcheck.Name, columns []string) (unique, known bool) {
	return len(columns) == 1 && columns[0] == "id", true
}
