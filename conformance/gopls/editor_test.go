package gopls_test

import (
	"context"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/tenantvet/tenantvet/conformance/parity"
	"github.com/tenantvet/tenantvet/internal/lspclient"
)

// The parts of the protocol that the tests look at.
type (
	position struct{ Line, Character int }
	span     struct{ Start, End position }
	textEdit struct {
		Range   span
		NewText string
	}
	diagnostic struct {
		Range           span
		Severity        int
		Code            string
		CodeDescription struct{ Href string }
		Source, Message string
		Tags            []int

		raw json.RawMessage // as the server wants it back
	}
	codeAction struct {
		Title, Kind string
		Edit        struct {
			DocumentChanges []struct{ Edits []textEdit }
		}
	}
)

// An editor has a module open, as people's editors do.
type editor struct {
	t      *testing.T
	module string
	client *lspclient.Client
	pid    int

	mu        sync.Mutex
	published map[string][]diagnostic // by file
	watched   []string                // patterns of the files that the server wants to hear of
	versions  map[string]int
}

// open starts a server for a module.
func open(t *testing.T, program, cache, module string) *editor {
	t.Helper()
	module, err := filepath.EvalSymlinks(module)
	if err != nil {
		t.Fatal(err)
	}
	e := &editor{t: t, module: module, published: map[string][]diagnostic{}, versions: map[string]int{}}
	cmd := exec.Command(program)
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOPLSCACHE="+cache)
	if e.client, err = lspclient.Start(cmd, e.handle); err != nil {
		t.Fatal(err)
	}
	e.pid = cmd.Process.Pid
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := e.client.Close(ctx); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	e.call("initialize", map[string]any{
		"processId":        os.Getpid(),
		"rootUri":          uri(module),
		"workspaceFolders": []any{map[string]any{"uri": uri(module), "name": "module"}},
		"capabilities": map[string]any{
			"workspace": map[string]any{"configuration": true, "didChangeWatchedFiles": map[string]any{"dynamicRegistration": true}},
			"textDocument": map[string]any{
				"publishDiagnostics": map[string]any{"relatedInformation": true, "codeDescriptionSupport": true, "tagSupport": map[string]any{"valueSet": []int{1, 2}}},
				"codeAction":         map[string]any{"codeActionLiteralSupport": map[string]any{"codeActionKind": map[string]any{"valueSet": []string{"quickfix"}}}},
			},
		},
		"initializationOptions": settings,
	}, nil)
	e.notify("initialized", map[string]any{})
	return e
}

// settings make the server answer at once. By default it waits for a second whether
// one goes on typing, and shows what the compiler says meanwhile.
var settings = map[string]any{"diagnosticsDelay": "0s", "pullDiagnostics": true}

func (e *editor) handle(method string, params json.RawMessage) any {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch method {
	case "textDocument/publishDiagnostics":
		var p struct {
			URI         string
			Diagnostics []json.RawMessage
		}
		if err := json.Unmarshal(params, &p); err != nil {
			e.t.Error(err)
		}
		var list []diagnostic
		for _, raw := range p.Diagnostics {
			d := diagnostic{raw: raw}
			if err := json.Unmarshal(raw, &d); err != nil {
				e.t.Error(err)
			}
			list = append(list, d)
		}
		e.published[file(p.URI)] = list
	case "workspace/configuration":
		return []any{settings}
	case "client/registerCapability":
		e.watched = append(e.watched, string(params))
	}
	return nil
}

func (e *editor) call(method string, params, result any) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := e.client.Call(ctx, method, params, result); err != nil {
		e.t.Fatal(err)
	}
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	if err := e.client.Notify(method, params); err != nil {
		e.t.Fatal(err)
	}
}

// opens shows files in the editor.
func (e *editor) opens(files ...string) {
	e.t.Helper()
	for _, name := range files {
		e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
			"uri": uri(e.path(name)), "languageId": "go", "version": 1, "text": e.disk(name),
		}})
		e.versions[name] = 1
	}
}

// types replaces the text of an open file, without saving it.
func (e *editor) types(name, text string) {
	e.t.Helper()
	e.versions[name]++
	e.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": uri(e.path(name)), "version": e.versions[name]},
		"contentChanges": []any{map[string]any{"text": text}},
	})
}

// writes changes a file on disk behind the server's back, as another program does.
func (e *editor) writes(name, text string) {
	e.t.Helper()
	if err := os.WriteFile(e.path(name), []byte(text), 0o644); err != nil {
		e.t.Fatal(err)
	}
}

// tells the server of a file that was changed on disk, if it asked to be told.
func (e *editor) tells(name string) {
	e.t.Helper()
	extension := strings.TrimPrefix(filepath.Ext(name), ".")
	e.mu.Lock()
	wanted := slices.ContainsFunc(e.watched, func(w string) bool { return strings.Contains(w, ","+extension) })
	e.mu.Unlock()
	if !wanted {
		e.t.Errorf("the server does not ask to be told of %s: %v", name, e.watched)
	}
	e.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uri(e.path(name)), "type": 2}}})
}

func (e *editor) path(name string) string { return filepath.Join(e.module, filepath.FromSlash(name)) }

func (e *editor) disk(name string) string {
	e.t.Helper()
	data, err := os.ReadFile(e.path(name))
	if err != nil {
		e.t.Fatal(err)
	}
	return string(data)
}

// ours are the published diagnostics of tenantvet in a file.
func (e *editor) ours(name string) []diagnostic {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(e.published[e.path(name)]), func(d diagnostic) bool { return d.Source != "tenantvet" })
}

// one waits until a file has a diagnostic of a rule, and returns it.
func (e *editor) one(name, code string) diagnostic {
	e.t.Helper()
	var found diagnostic
	e.await(code+" in "+name, func() bool {
		list := e.ours(name)
		i := slices.IndexFunc(list, func(d diagnostic) bool { return d.Code == code })
		if i >= 0 {
			found = list[i]
		}
		return i >= 0
	})
	return found
}

// none waits until a file has no diagnostic of a rule.
func (e *editor) none(name, code string) {
	e.t.Helper()
	e.await("no "+code+" in "+name, func() bool {
		return !slices.ContainsFunc(e.ours(name), func(d diagnostic) bool { return d.Code == code })
	})
}

// patience is for a machine that does many other things.
const patience = 3 * time.Minute

// await waits for something to become so, and returns how long it took.
func (e *editor) await(what string, holds func() bool) time.Duration {
	e.t.Helper()
	start := time.Now()
	for !holds() {
		if time.Since(start) > patience {
			e.t.Fatalf("still waiting for %s; published: %+v", what, e.findings())
		}
		time.Sleep(5 * time.Millisecond)
	}
	took := time.Since(start)
	e.t.Logf("%s after %d ms", what, took.Milliseconds())
	return took
}

// findings are all that tenantvet says.
func (e *editor) findings() []parity.Finding {
	e.mu.Lock()
	defer e.mu.Unlock()
	var found []parity.Finding
	for name, list := range e.published {
		data, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		lines := strings.Split(string(data), "\n")
		for _, d := range list {
			if d.Source != "tenantvet" {
				continue
			}
			found = append(found, parity.Finding{Rule: d.Code, File: parity.Relative(e.t, e.module, name),
				Line: d.Range.Start.Line + 1, Column: bytesBefore(lines[d.Range.Start.Line], d.Range.Start.Character) + 1, Message: d.Message})
		}
	}
	return parity.Tidy(found)
}

// bytesBefore turns a number of UTF-16 units of a line into one of bytes.
func bytesBefore(line string, units int) int {
	for i, r := range line {
		if units <= 0 {
			return i
		}
		units -= utf16.RuneLen(r)
	}
	return len(line)
}

// apply makes the edits of an action in a text.
func apply(t *testing.T, text string, a codeAction) string {
	t.Helper()
	if len(a.Edit.DocumentChanges) != 1 {
		t.Fatalf("%s changes %d documents", a.Title, len(a.Edit.DocumentChanges))
	}
	lines := strings.SplitAfter(text, "\n")
	offset := func(p position) int {
		n := 0
		for _, line := range lines[:p.Line] {
			n += len(line)
		}
		return n + bytesBefore(lines[p.Line], p.Character)
	}
	edits := a.Edit.DocumentChanges[0].Edits
	slices.SortFunc(edits, func(a, b textEdit) int { return offset(b.Range.Start) - offset(a.Range.Start) })
	for _, e := range edits {
		text = text[:offset(e.Range.Start)] + e.NewText + text[offset(e.Range.End):]
	}
	return text
}

func uri(name string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(name)}).String()
}

func file(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	return filepath.FromSlash(u.Path)
}
