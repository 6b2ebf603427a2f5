package analyzer

import (
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/site"
)

// toldSteps bounds the steps that a message tells.
const toldSteps = 12

// told is a finding's message with its path, for drivers that show nothing else.
func (f *finding) told(pass *analysis.Pass, res *site.Result) string {
	var b strings.Builder
	b.WriteString(f.message)
	for i, s := range f.path {
		sep := ", "
		if i == 0 {
			sep = " ("
		}
		if more := len(f.path) - i; i >= toldSteps && more > 1 {
			fmt.Fprintf(&b, "%sand %d more", sep, more)
			break
		}
		posn := s.posn
		if s.pos.IsValid() {
			posn = pass.Fset.Position(s.pos).String()
		}
		b.WriteString(sep + shortPosn(pass, res, posn) + " " + s.message)
	}
	if len(f.path) > 0 {
		b.WriteString(")")
	}
	if f.advice != "" {
		b.WriteString("; " + f.advice)
	}
	return b.String()
}

// shortPosn is file:line of a place: the file's name in the package itself, from
// the module's root on in others.
func shortPosn(pass *analysis.Pass, res *site.Result, posn string) string {
	// Have: file:line:column
	if i := strings.LastIndex(posn, ":"); i > 0 {
		posn = posn[:i]
	}
	dir, file := filepath.Split(posn)
	if filepath.Clean(dir) == filepath.Dir(pass.Fset.Position(pass.Files[0].FileStart).Filename) {
		return file
	}
	if m := res.Tenancy.Module; m != nil {
		if rel, err := filepath.Rel(m.Root, posn); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.ToSlash(filepath.Join(filepath.Base(dir), file))
}
