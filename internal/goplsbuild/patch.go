package goplsbuild

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// registration is the file that is added to gopls.
//
//go:embed registration.go.txt
var registration string

const registrationFile = "internal/settings/tenantvet.go"

// A patch replaces a text that a file of gopls has exactly once.
type patch struct{ file, why, before, after string }

// patches are what the one added file can't do. gopls takes what analyzers say for
// a function of Go files and of the analyzers' names; here it is one of
// configuration and migrations, too.
func patches() []patch {
	const analysis = "internal/cache/analysis.go"
	return []patch{
		{analysis, "an analysis begins with a look at the evidence",
			"\tstableNames := make(map[*analysis.Analyzer]string)\n",
			"\tevidence := settings.Tenantvet.Look(s.TenantvetRoots())\n\tstableNames := make(map[*analysis.Analyzer]string)\n"},
		{analysis, "each of its nodes knows of it",
			"\t\t\t\tstableNames: stableNames,\n",
			"\t\t\t\tstableNames: stableNames,\n\t\t\t\tevidence:    evidence,\n"},
		{analysis, "",
			"\tstableNames     map[*analysis.Analyzer]string // cross-process stable names for Analyzers\n",
			"\tstableNames     map[*analysis.Analyzer]string // cross-process stable names for Analyzers\n\tevidence        settings.TenantvetLook\n"},
		{analysis, "results are kept under a key that has it",
			"summary, err := an.runCached(ctx, key)\n",
			"summary, err := an.runCached(ctx, an.tenantvetKey(key))\n"},
		{analysis, "and are not kept if it changed meanwhile",
			"\t\t\tif err := filecache.Set(cacheKind, key, data); err != nil {\n",
			"\t\t\tif !an.evidence.Current() {\n\t\t\t\treturn\n\t\t\t}\n\t\t\tif err := filecache.Set(cacheKind, key, data); err != nil {\n"},
		{"internal/cache/errors.go", "diagnostics name their source",
			"\t\tSource:   DiagnosticSource(gobDiag.Source),\n\t\tMessage:  gobDiag.Message,\n\t\tRelated:  related,\n\t\tTags:     srcAnalyzer.Tags(),\n",
			"\t\tSource:   DiagnosticSource(srcAnalyzer.TenantvetSource(gobDiag.Source)),\n\t\tMessage:  gobDiag.Message,\n\t\tRelated:  related,\n\t\tTags:     srcAnalyzer.Tags(),\n"},
		{"internal/cache/session.go", "a change of other files than Go's is one",
			"\t\tif needsDiagnosis || checkViews {\n",
			"\t\tif needsDiagnosis || checkViews || tenantvetChanged {\n"},
		{"internal/cache/session.go", "",
			"\tchanged := make(map[protocol.DocumentURI]file.Handle)\n\tfor _, c := range modifications {\n",
			"\ttenantvetChanged := tellTenantvet(modifications)\n\tchanged := make(map[protocol.DocumentURI]file.Handle)\n\tfor _, c := range modifications {\n"},
		{"internal/cache/snapshot.go", "editors are asked to watch them",
			"\textensions.WriteString(\"go,mod,sum,work\")\n",
			"\textensions.WriteString(\"go,mod,sum,work\" + settings.TenantvetExtensions)\n"},
		{"internal/server/diagnostics.go", "what is wrong with migrations is shown in them",
			"\tstore(\"diagnosing templates\", tmplReports, nil)\n",
			"\tstore(\"diagnosing templates\", tmplReports, nil)\n\tstore(\"diagnosing migrations\", tenantvetMigrations(ctx, snapshot), nil)\n"},
		{"internal/filewatcher/fsnotify_watcher.go", "as does gopls's own watcher",
			"\tcase \"go\", \"mod\", \"sum\", \"work\", \"s\":\n",
			"\tcase \"go\", \"mod\", \"sum\", \"work\", \"s\", \"sql\", \"yaml\":\n"},
	}
}

// cacheFile is what gopls's package cache needs beside the patches.
const cacheFile = `package cache

import (
	"golang.org/x/tools/gopls/internal/file"
	"golang.org/x/tools/gopls/internal/settings"
)

// tenantvetKey adds the evidence to a key of Go files.
func (an *analysisNode) tenantvetKey(key file.Hash) file.Hash {
	if files := an.ph.mp.CompiledGoFiles; len(files) > 0 {
		return an.evidence.Key(key, files[0].DirPath())
	}
	return key
}

// TenantvetRoots are the roots of the main modules.
func (s *Snapshot) TenantvetRoots() []string {
	var roots []string
	for uri := range s.view.workspaceModFiles {
		roots = append(roots, uri.DirPath())
	}
	return roots
}

// tellTenantvet tells of files that were written. It reports whether the packages
// that depend on them are more than those that gopls knows.
func tellTenantvet(modifications []file.Modification) bool {
	var files []string
	for _, m := range modifications {
		if m.OnDisk || m.Action == file.Save {
			files = append(files, m.URI.Path())
		}
	}
	return len(files) > 0 && settings.Tenantvet.Changed(files)
}
`

// serverFile shows findings that stand in files which are not Go.
const serverFile = `package server

import (
	"bytes"
	"context"

	"golang.org/x/tools/gopls/internal/cache"
	"golang.org/x/tools/gopls/internal/protocol"
	"golang.org/x/tools/gopls/internal/settings"
)

// tenantvetMigrations are the findings in the migrations of the main modules.
func tenantvetMigrations(ctx context.Context, snapshot *cache.Snapshot) diagMap {
	found := make(diagMap)
	for _, m := range settings.Tenantvet.Migrations(snapshot.TenantvetRoots()) {
		if on, set := snapshot.Options().Analyses[m.Rule]; set && !on {
			continue
		}
		uri := protocol.URIFromPath(m.File)
		fh, err := snapshot.ReadFile(ctx, uri)
		if err != nil {
			continue // the next change of files tells of it
		}
		content, err := fh.Content()
		if err != nil {
			continue
		}
		found[uri] = append(found[uri], &cache.Diagnostic{
			URI: uri, Range: tenantvetLine(content, m.Line),
			Severity: protocol.DiagnosticSeverity(m.Severity),
			Code:     m.Rule, CodeHref: m.URL, Source: "tenantvet", Message: m.Message,
		})
	}
	return found
}

// tenantvetLine is the range of a line without the space round it.
func tenantvetLine(content []byte, line int) protocol.Range {
	lines := bytes.Split(content, []byte("\n"))
	line = min(max(line, 1), len(lines))
	text := bytes.TrimRight(lines[line-1], " \t\r")
	indent := len(text) - len(bytes.TrimLeft(text, " \t"))
	return protocol.Range{
		Start: protocol.Position{Line: uint32(line - 1), Character: uint32(indent)},
		End:   protocol.Position{Line: uint32(line - 1), Character: uint32(protocol.UTF16Len(text))},
	}
}
`

// apply changes a private copy of gopls.
func apply(dir string) error {
	for _, p := range patches() {
		name := filepath.Join(dir, filepath.FromSlash(p.file))
		data, err := os.ReadFile(name)
		if err != nil || strings.Count(string(data), p.before) != 1 {
			return fmt.Errorf("this gopls is not laid out as tenantvet knows it (%s: no %q); choose another with -gopls, such as %s",
				p.file, strings.TrimSpace(p.before), Known)
		}
		text := strings.Replace(string(data), p.before, p.after, 1)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	for name, text := range map[string]string{registrationFile: registration, "internal/cache/tenantvet.go": cacheFile, "internal/server/tenantvet.go": serverFile} {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
