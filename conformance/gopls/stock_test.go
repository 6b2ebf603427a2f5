package gopls_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// TestBesideStock measures what the analyzers cost: this gopls beside the one whose
// path is in STOCK_GOPLS, such as go install builds. It has no verdict.
func TestBesideStock(t *testing.T) {
	stock := os.Getenv("STOCK_GOPLS")
	if stock == "" {
		t.Skip("STOCK_GOPLS names no program")
	}
	const orders = "internal/httpapi/orders.go"
	for name, program := range map[string]string{"stock": stock, "tenantvet": gopls} {
		cache, module := t.TempDir(), shop(t)
		for _, start := range []string{"first", "second"} {
			t.Run(name+"/"+start, func(t *testing.T) {
				begin := time.Now()
				e := open(t, program, cache, module)
				e.opens(goFiles(t, module)...)
				ask := func() {
					e.call("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": uri(e.path(orders))}}, nil)
				}
				ask()
				t.Logf("diagnostics after %d ms", time.Since(begin).Milliseconds())
				var edits []time.Duration
				text := e.disk(orders)
				for i := range 20 {
					e.types(orders, text+fmt.Sprintf("\nvar edited%d = %d\n", i, i))
					began := time.Now()
					ask()
					edits = append(edits, time.Since(began))
				}
				slices.Sort(edits)
				t.Logf("after an edit: median %d ms, worst %d ms; peak memory %d MiB",
					edits[len(edits)/2].Milliseconds(), edits[len(edits)-1].Milliseconds(), peak(t, e.pid)>>20)
			})
		}
	}
}
