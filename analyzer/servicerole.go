package analyzer

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tenantvet/tenantvet/analyzer/internal/envread"
	"github.com/tenantvet/tenantvet/analyzer/internal/site"
	"github.com/tenantvet/tenantvet/internal/credential"
)

// servicerole reports where a service-role credential enters the program: the
// environment variable is read, or the literal stands in the source.
func servicerole(pass *analysis.Pass, res *site.Result, env *envread.Index) []*finding {
	if res.Tenancy.Privileged(pass.Pkg.Path()) {
		return nil
	}
	c := &credentials{pass: pass, env: env}
	for _, f := range pass.Files {
		if res.Skip(f.FileStart) || ast.IsGenerated(f) {
			continue
		}
		for _, decl := range f.Decls {
			c.function = ""
			if fd, ok := decl.(*ast.FuncDecl); ok {
				c.function = fd.Name.Name
			}
			ast.Inspect(decl, c.visit)
		}
	}
	return c.found
}

type credentials struct {
	pass     *analysis.Pass
	env      *envread.Index
	function string
	found    []*finding
}

func (c *credentials) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		for _, i := range c.env.Names(n) {
			arg := n.Args[i]
			if name, ok := c.constant(arg); ok && credential.IsServiceRoleEnv(name) {
				c.report(n.Pos(), n.End(), name, fmt.Sprintf("reads %s: its holder bypasses row-level security and sees every tenant's rows", name))
			}
		}
	case *ast.Field:
		c.tag(n)
	case *ast.BasicLit:
		if n.Kind == token.STRING {
			c.literal(n)
		}
	case *ast.ImportSpec:
		return false
	}
	return true
}

// tag looks at struct tags that bind a field to an environment variable.
func (c *credentials) tag(field *ast.Field) {
	if field.Tag == nil {
		return
	}
	tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`"))
	for _, key := range []string{"env", "envconfig", "mapstructure", "koanf", "conf"} {
		name, _, _ := strings.Cut(tag.Get(key), ",")
		if credential.IsServiceRoleEnv(strings.ToUpper(name)) {
			c.report(field.Pos(), field.End(), name, fmt.Sprintf("holds %s: its holder bypasses row-level security and sees every tenant's rows", name))
			return
		}
	}
}

// literal looks for credentials in a string literal. The message names their
// kind only.
func (c *credentials) literal(lit *ast.BasicLit) {
	text, ok := c.constant(lit)
	if !ok {
		return
	}
	for _, m := range credential.Find(text) {
		if m.Bypass {
			c.report(lit.Pos(), lit.End(), string(m.Kind), fmt.Sprintf("%s in the source: its holder bypasses row-level security and sees every tenant's rows", m.Kind))
			return
		}
	}
}

func (c *credentials) constant(x ast.Expr) (string, bool) {
	v := c.pass.TypesInfo.Types[x].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

func (c *credentials) report(pos, end token.Pos, subject, message string) {
	c.found = append(c.found, &finding{
		pos: pos, end: end, message: "service-role credential outside the privileged packages: " + message,
		advice:  "use the caller's own credential here, or declare the package under packages.privileged in tenantvet.yaml",
		subject: subject, function: c.function,
	})
}
