package sqltext

import (
	"go/ast"
	"go/token"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// maxFile bounds the files that are read for their text.
const maxFile = 128 << 10

// embeddedIn resolves a variable with a go:embed comment.
func (r *Resolver) embeddedIn(g *ssa.Global) (Text, bool) {
	patterns, dir := r.embeds(g)
	if len(patterns) == 0 {
		return Text{}, false
	}
	if len(patterns) != 1 || strings.ContainsAny(patterns[0], `*?[\`) {
		return unknown(fromFile), true
	}
	return r.file(dir, patterns[0]), true
}

// readEmbedded resolves ReadFile of an embedded file system.
func (r *Resolver) readEmbedded(v *ssa.Call) Text {
	t := r.resultHole(v, 0)
	t.Cause = fromFile
	g, ok := origin(v.Call.Args[0]).(*ssa.Global)
	if !ok || g.Pkg != r.Pkg {
		return t
	}
	patterns, dir := r.embeds(g)
	names := r.at(v.Call.Args[1], v.Block())
	if len(patterns) == 0 || names.Unresolved || len(names.Templates) == 0 {
		return t
	}
	var out Text
	for _, n := range names.Templates {
		name, isConst := n.Const()
		if !isConst || name == "" {
			return t
		}
		out = r.union(out, r.file(dir, name))
	}
	return out
}

// file is the text of an embedded file.
func (r *Resolver) file(dir, name string) Text {
	name = strings.TrimPrefix(name, "all:")
	if t, ok := r.embedded[name]; ok {
		return t
	}
	t := unknown(fromFile)
	if clean := path.Clean(name); r.ReadFile != nil && !path.IsAbs(clean) && clean != ".." && !strings.HasPrefix(clean, "../") {
		data, err := r.ReadFile(filepath.Join(dir, filepath.FromSlash(clean)))
		switch {
		case err == nil && len(data) > maxFile:
			t = unknown(tooLong)
		case err == nil:
			t = plain(string(data))
		}
	}
	r.embedded[name] = t
	return t
}

// embeds returns the patterns of a variable's go:embed comment and the
// directory that they count from.
func (r *Resolver) embeds(g *ssa.Global) (patterns []string, dir string) {
	for _, f := range r.Files {
		if g.Pos() < f.FileStart || g.Pos() >= f.FileEnd {
			continue
		}
		for _, decl := range f.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR || g.Pos() < gen.Pos() || g.Pos() >= gen.End() {
				continue
			}
			for _, spec := range gen.Specs {
				vs := spec.(*ast.ValueSpec)
				if g.Pos() < vs.Pos() || g.Pos() >= vs.End() {
					continue
				}
				for _, doc := range []*ast.CommentGroup{gen.Doc, vs.Doc} {
					if doc != nil && (doc == vs.Doc || len(gen.Specs) == 1) {
						patterns = append(patterns, embedPatterns(doc)...)
					}
				}
			}
		}
		return patterns, filepath.Dir(r.Fset.Position(f.FileStart).Filename)
	}
	return nil, ""
}

func embedPatterns(doc *ast.CommentGroup) []string {
	var out []string
	for _, c := range doc.List {
		if rest, ok := strings.CutPrefix(c.Text, "//go:embed "); ok {
			for _, p := range strings.Fields(rest) {
				out = append(out, strings.Trim(p, "\"`"))
			}
		}
	}
	return out
}
