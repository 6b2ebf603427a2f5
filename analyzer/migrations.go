package analyzer

import (
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/directive"
	"github.com/tenantvet/tenantvet/internal/evidence"
)

// migrations makes an analyzer of each rule about migrations: it reports what the
// evidence knows of the migrations that a package embeds, at the //go:embed comment,
// since drivers know no positions outside of Go files. The command line, which does,
// leaves these out.
func (s *suite) migrations(cfg Config) []*analysis.Analyzer {
	var out []*analysis.Analyzer
	for _, r := range schemaRules() {
		out = append(out, &analysis.Analyzer{
			Name: r.Name, Doc: r.Doc, URL: r.URL,
			Requires: []*analysis.Analyzer{s.directives},
			Run: func(pass *analysis.Pass) (any, error) {
				found, err := embedded(pass, cfg, pass.ResultOf[s.directives].(*directive.Index), r.Name)
				for _, d := range found {
					pass.Report(d)
				}
				return nil, err
			},
		})
	}
	return out
}

// embedded lists a rule's findings in what the package embeds.
func embedded(pass *analysis.Pass, cfg Config, index *directive.Index, rule string) (found []analysis.Diagnostic, err error) {
	if cfg.Evidence == nil || len(pass.Files) == 0 {
		return nil, nil
	}
	dir := filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename)
	m, err := cfg.Evidence(dir)
	if err != nil || m == nil || len(m.Judged) == 0 {
		return nil, err
	}
	rel, err := filepath.Rel(m.Root, dir)
	if err != nil {
		return nil, nil //nolint:nilerr // embeds nothing of the module
	}
	told := map[evidence.Judged]bool{}
	for _, f := range pass.Files {
		if strings.HasSuffix(pass.Fset.Position(f.FileStart).Filename, "_test.go") && !m.Config.Tests {
			continue
		}
		for _, group := range f.Comments {
			for _, c := range group.List {
				for _, e := range patterns(c, filepath.ToSlash(rel)) {
					for _, j := range m.Judged {
						if j.Rule != rule || told[j] || !e.Covers(j.File) || index.Silences(rule, c.Pos(), documented(f, group)) {
							continue
						}
						told[j] = true
						found = append(found, analysis.Diagnostic{Pos: c.Pos(), End: c.End(), Message: message(j)})
					}
				}
			}
		}
	}
	return found, nil
}

// documented is what a comment stands at.
func documented(f *ast.File, group *ast.CommentGroup) token.Pos {
	for _, d := range f.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		if gen.Doc == group {
			return gen.Pos()
		}
		for _, spec := range gen.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && v.Doc == group {
				return v.Pos()
			}
		}
	}
	return group.End()
}

// patterns are those of a //go:embed comment in a package's directory.
func patterns(c *ast.Comment, dir string) []evidence.Embed {
	rest, ok := strings.CutPrefix(c.Text, "//go:embed ")
	if !ok {
		return nil
	}
	var out []evidence.Embed
	for _, p := range strings.Fields(rest) {
		out = append(out, evidence.Embed{Dir: dir, Pattern: strings.Trim(p, "\"`")})
	}
	return out
}

// message tells where the finding is, which its position can't.
func message(j evidence.Judged) string {
	text := fmt.Sprintf("%s:%d: %s", j.File, j.Line, j.Message)
	if j.Advice != "" {
		text += "; " + j.Advice
	}
	return text
}
