// Package page opens the page of tenantvet report in a browser.
package page

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// report writes the page about the shop.
func report(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	tool, out := filepath.Join(dir, "tenantvet"), filepath.Join(dir, "report.html")
	build := exec.Command("go", "build", "-o", tool, "./cmd/tenantvet")
	build.Dir = root
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	run := exec.Command(tool, "-C", filepath.Join(root, "examples", "shop"), "report", "-o", out)
	var exit *exec.ExitError
	if text, err := run.CombinedOutput(); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		t.Fatalf("%v\n%s", err, text)
	}
	return "file://" + filepath.ToSlash(out)
}

// browser starts a browser, or skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	found := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			found = path
			break
		}
	}
	if found == "" {
		if os.Getenv("TENANTVET_REQUIRE_CHROMIUM") != "" {
			t.Fatal("no Chromium in PATH")
		}
		t.Skip("no Chromium in PATH; TENANTVET_REQUIRE_CHROMIUM=1 makes that a failure")
	}
	ctx, stop := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(found), chromedp.NoSandbox, chromedp.WindowSize(1200, 900), chromedp.Flag("disable-quic", true))...))
	t.Cleanup(stop)
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func eval[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func command[P, R any](t *testing.T, ctx context.Context, cmd cdp.Command[P, R], params P) {
	t.Helper()
	if _, err := chromedp.Call(ctx, cmd, params); err != nil {
		t.Fatal(err)
	}
}

const visibleRows = `[...document.querySelectorAll("#list tbody tr")].filter(r => r.offsetParent !== null).length`

func TestPage(t *testing.T) {
	ctx, url := browser(t), report(t)
	do(t, ctx, chromedp.Navigate("about:blank"))
	var mu sync.Mutex
	var said []string
	err := chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			said = append(said, "exception: "+e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			said = append(said, "console: "+string(e.Type))
		case *log.EventEntryAdded:
			said = append(said, "log: "+e.Entry.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	command(t, ctx, log.Enable, cdp.Empty{})
	do(t, ctx, chromedp.Navigate(url))

	all := eval[int](t, ctx, visibleRows)
	breaches := eval[int](t, ctx, `document.querySelectorAll("#list tr[data-verdict=breach]").length`)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("#find"), "orders"))
	if orders := eval[int](t, ctx, visibleRows); orders == 0 || orders >= all {
		t.Errorf("%d rows, %d of them about orders", all, orders)
	}
	if shown := eval[string](t, ctx, `document.getElementById("shown").textContent`); shown == "" {
		t.Error("the filter does not say how many rows it shows")
	}
	do(t, ctx, chromedp.Navigate(url),
		chromedp.Click(chromedp.CSS("input[value=safe]")), chromedp.Click(chromedp.CSS("input[value=privileged]")), chromedp.Click(chromedp.CSS("input[value=unknown]")))
	if only := eval[int](t, ctx, visibleRows); breaches == 0 || only != breaches {
		t.Errorf("%d rows without the other verdicts, want %d", only, breaches)
	}

	// The first key that a reader presses leads past the navigation.
	do(t, ctx, chromedp.Navigate(url), chromedp.KeyEvent("\t"))
	if focused := eval[string](t, ctx, `document.activeElement.textContent`); focused != "to the content" {
		t.Errorf("the first focus is on %q", focused)
	}

	var colors [2]string
	for i, scheme := range []string{"light", "dark"} {
		command(t, ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		colors[i] = eval[string](t, ctx, `getComputedStyle(document.body).backgroundColor`)
	}
	if colors[0] == colors[1] {
		t.Errorf("light and dark are both %s", colors[0])
	}

	// On a telephone nothing but what scrolls by itself is wider than the screen.
	do(t, ctx, chromedp.EmulateViewport(380, 800))
	if eval[bool](t, ctx, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		t.Error("the page is wider than a small screen")
	}
	mu.Lock()
	defer mu.Unlock()
	if len(said) > 0 {
		t.Errorf("the browser has something to say: %q", said)
	}
}

// Without JavaScript everything is there, and no filter that does nothing; so it
// is in print.
func TestWithoutJavaScript(t *testing.T) {
	ctx, url := browser(t), report(t)
	do(t, ctx, chromedp.Navigate("about:blank"))
	command(t, ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	do(t, ctx, chromedp.Navigate(url))
	if rows := eval[int](t, ctx, visibleRows); rows == 0 {
		t.Error("no rows")
	}
	if eval[bool](t, ctx, `document.querySelector("form.filter").offsetParent !== null`) {
		t.Error("a filter is shown")
	}
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if len(pdf) < 20_000 {
		t.Errorf("printing gives %d bytes", len(pdf))
	}
}
