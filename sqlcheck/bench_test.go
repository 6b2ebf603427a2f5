package sqlcheck_test

import (
	"os"
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
// stay below 1.
func BenchmarkFacts(b *testing.B) {
	benchFacts(b, nil)
}

// BenchmarkFactsIn is BenchmarkFacts with a catalog.
func BenchmarkFactsIn(b *testing.B) {
	benchFacts(b, everyTable{})
}

func benchFacts(b *testing.B, c sqlcheck.Catalog) {
	texts := benchStatements(b)
	var templates []sqlcheck.Template
	for _, s := range texts {
		templates = append(templates, sqlcheck.Text(s))
	}
	facts := func() {
		for _, t := range templates {
			if f := sqlcheck.AnalyzeIn(t, c); f.Err != nil {
				b.Fatal(f.Err)
			}
		}
	}
	for b.Loop() {
		facts()
	}
	all := fastest(facts)
	parser := fastest(func() {
		for _, s := range texts {
			pgparse.ParseChecked(s)
		}
	})
	b.ReportMetric(float64(all-parser)/float64(parser), "own/parser")
	perText(b, len(texts))
}

// fastest is the time of the fastest of many runs, which what else the machine
// does disturbs least.
func fastest(run func()) time.Duration {
	best := time.Hour
	for range 50 {
		start := time.Now()
		run()
		best = min(best, time.Since(start))
	}
	return best
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

func (everyTable) Columns(sqlcheck.Name) ([]string, bool) {
	return strings.Fields("id tenant_id org_id user_id name email status created_at updated_at"), true
}

func (everyTable) Unique(_ sqlcheck.Name, columns []string) (unique, known bool) {
	return len(columns) == 1 && columns[0] == "id", true
}
