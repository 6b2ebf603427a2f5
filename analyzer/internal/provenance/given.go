package provenance

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer/internal/envread"
	"github.com/tenantvet/tenantvet/internal/credential"
)

func (t *tracer) origin(what string, how How, at token.Pos) Origin {
	return Origin{What: what, How: how, Posn: t.posn(at), Bypass: true, Privileged: t.privileged}
}

// literals finds the credentials that stand in the source, constants that are
// put together from others as a whole.
func (t *tracer) literals() {
	for _, file := range t.src.Files {
		if t.tests(file) || ast.IsGenerated(file) {
			continue
		}
		mentions := t.mentions(file)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec, *ast.Field:
				_, isField := n.(*ast.Field)
				return isField
			case *ast.Ident, *ast.SelectorExpr:
				return false // named where it is declared
			case ast.Expr:
				text, ok := envread.Constant(t.pass.TypesInfo, n)
				if !ok {
					return true
				}
				for _, m := range credential.Find(text) {
					if m.Bypass && (m.Whole() || !mentions[n]) {
						t.lits = append(t.lits, Entry{Pos: n.Pos(), End: n.End(), Origin: t.origin(string(m.Kind), Literal, n.Pos()), Login: m.Kind == credential.DSN})
						break
					}
				}
				return false
			}
			return true
		})
	}
}

func (t *tracer) tests(f *ast.File) bool { return t.files.tests[f] }

// tags finds the fields that a tag binds to an environment variable.
func (t *tracer) tags() {
	for _, file := range t.src.Files {
		if t.tests(file) || ast.IsGenerated(file) {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			st, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range st.Fields.List {
				t.tag(field, "")
			}
			return true
		})
	}
}

// tag notes what a field's tag binds it to. Fields of a struct that stands in
// the field get its prefix.
func (t *tracer) tag(field *ast.Field, prefix string) {
	if field.Tag == nil {
		return
	}
	tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`"))
	if p := tag.Get("envPrefix") + tag.Get("env-prefix"); p != "" {
		if st, ok := field.Type.(*ast.StructType); ok {
			for _, inner := range st.Fields.List {
				t.tag(inner, prefix+p)
			}
		} else if named := t.structOf(field.Type); named != nil {
			t.prefixed(field, named, prefix+p)
		}
	}
	for _, name := range variables(tag, field) {
		if !credential.IsServiceRoleEnv(prefix + name) {
			continue
		}
		o := t.origin(prefix+name, Bound, field.Pos())
		t.lits = append(t.lits, Entry{Pos: field.Pos(), End: field.End(), Origin: o})
		for _, id := range field.Names {
			if v, ok := t.pass.TypesInfo.Defs[id].(*types.Var); ok {
				t.given[v] = append(t.given[v], o)
			}
		}
		return
	}
}

// prefixed looks at the fields of a struct type that is used with a prefix.
func (t *tracer) prefixed(field *ast.Field, st *types.Struct, prefix string) {
	for i := range st.NumFields() {
		for _, name := range variables(reflect.StructTag(st.Tag(i)), nil) {
			// Without the prefix it was found where the type is declared.
			if credential.IsServiceRoleEnv(prefix+name) && !credential.IsServiceRoleEnv(name) {
				o := t.origin(prefix+name, Bound, field.Pos())
				t.lits = append(t.lits, Entry{Pos: field.Pos(), End: field.End(), Origin: o})
				if v := st.Field(i).Origin(); v.Pkg() == t.pass.Pkg {
					t.given[v] = append(t.given[v], o)
				}
			}
		}
	}
}

func (t *tracer) structOf(x ast.Expr) *types.Struct {
	typ := t.pass.TypesInfo.TypeOf(x)
	if typ == nil {
		return nil
	}
	if p, ok := typ.Underlying().(*types.Pointer); ok {
		typ = p.Elem()
	}
	st, _ := typ.Underlying().(*types.Struct)
	return st
}

// variables lists the environment variables that a tag may bind a field to.
func variables(tag reflect.StructTag, field *ast.Field) []string {
	var out []string
	for _, key := range []string{"env", "envconfig", "mapstructure", "koanf", "conf", "split_words"} {
		value := tag.Get(key)
		if value == "" {
			continue
		}
		switch key {
		case "env": // several names may stand in for each other (cleanenv), options may follow
			for _, name := range strings.Split(value, ",") {
				out = append(out, strings.TrimSpace(name))
			}
		case "conf": // ardanlabs/conf: conf:"env:NAME,.."
			for _, option := range strings.Split(value, ",") {
				name, _ := strings.CutPrefix(option, "env:")
				out = append(out, name)
			}
		case "envconfig":
			name, _, _ := strings.Cut(value, ",")
			out = append(out, strings.ToUpper(name))
		case "mapstructure", "koanf":
			name, _, _ := strings.Cut(value, ",")
			out = append(out, strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(name)))
		case "split_words": // kelseyhightower/envconfig: ServiceRoleKey is SERVICE_ROLE_KEY
			if field != nil && value == "true" && tag.Get("envconfig") == "" {
				for _, id := range field.Names {
					out = append(out, splitWords(id.Name))
				}
			}
		}
	}
	return out
}

// splitWords makes SUPABASE_DB_URL of SupabaseDBURL or SupabaseDbUrl.
func splitWords(name string) string {
	var b strings.Builder
	upper := func(i int) bool { return i < len(name) && 'A' <= name[i] && name[i] <= 'Z' }
	lower := func(i int) bool { return i >= 0 && i < len(name) && 'a' <= name[i] && name[i] <= 'z' }
	for i := range len(name) {
		if i > 0 && upper(i) && (lower(i-1) || lower(i+1)) {
			b.WriteByte('_')
		}
		b.WriteByte(name[i])
	}
	return strings.ToUpper(b.String())
}

// maxEmbedded bounds the files that are searched.
const maxEmbedded = 256 << 10

// embeds finds the credentials in files that are built into the program.
func (t *tracer) embeds(readFile func(string) ([]byte, error)) {
	if readFile == nil {
		return
	}
	for _, file := range t.src.Files {
		if t.tests(file) {
			continue
		}
		dir := filepath.Dir(t.pass.Fset.Position(file.FileStart).Filename)
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			for _, spec := range gen.Specs {
				vs := spec.(*ast.ValueSpec)
				for _, doc := range []*ast.CommentGroup{gen.Doc, vs.Doc} {
					if doc != nil && (doc == vs.Doc || len(gen.Specs) == 1) {
						t.embedded(vs, embedPatterns(doc), dir, readFile)
					}
				}
			}
		}
	}
}

func embedPatterns(doc *ast.CommentGroup) []string {
	var out []string
	for _, c := range doc.List {
		if rest, ok := strings.CutPrefix(c.Text, "//go:embed "); ok {
			for _, p := range strings.Fields(rest) {
				out = append(out, strings.TrimPrefix(strings.Trim(p, "\"`"), "all:"))
			}
		}
	}
	return out
}

func (t *tracer) embedded(vs *ast.ValueSpec, patterns []string, dir string, readFile func(string) ([]byte, error)) {
	for _, p := range patterns {
		for _, name := range embeddedFiles(dir, p) {
			data, err := readFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil || len(data) > maxEmbedded || !credential.HasToken(string(data)) {
				continue
			}
			what, ok := credential.InFile(string(data))
			if !ok || len(vs.Names) == 0 {
				continue
			}
			o := t.origin(what, Embedded, vs.Pos())
			t.lits = append(t.lits, Entry{Pos: vs.Names[0].Pos(), End: vs.Names[0].End(), Origin: o, File: name})
			if v, isVar := t.pass.TypesInfo.Defs[vs.Names[0]].(*types.Var); isVar {
				t.given[v] = append(t.given[v], o)
			}
			break
		}
	}
}
