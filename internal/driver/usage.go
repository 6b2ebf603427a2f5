package driver

import (
	"fmt"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer"
)

func helpText() string {
	var b strings.Builder
	b.WriteString(`tenantvet finds queries that can reach another tenant's rows, in Go programs on PostgreSQL.

Usage:
	tenantvet [flags] [packages]                    check packages (default ./...), and the migrations behind them
	tenantvet schema [flags] [directories]          check migrations alone
	tenantvet schema -dsn env:NAME                  check a database; NAME is the variable with the connection string
	tenantvet schema -diff -dsn env:NAME [dir]      print where a database and its migrations differ
	tenantvet schema show [directories]             print tables, policies and ways round them: -format text, json, mermaid
	tenantvet schema explain table [directories]    print what the migrations did to a table
	tenantvet init                                  write a tenantvet.yaml with what is inferred, and where from
	tenantvet config-schema                         print the JSON schema of tenantvet.yaml
	tenantvet baseline write [packages]             make today's findings known ones; later, take out the mended
	tenantvet report -o file.html [packages]        write a page on how tenants are kept apart: queries, policies, exceptions
	tenantvet prove [-dsn env:NAME] [directories]   attack what the migrations make, on a PostgreSQL that is thrown away
	tenantvet gopls install                         build gopls, the language server for Go, with tenantvet in it
	tenantvet nogo -o file.json                     write a configuration for Bazel's nogo, with what it can't read by itself
	tenantvet explain rule                          print a rule's page, with the examples that a server ran
	tenantvet rules                                 list the rules
	tenantvet version                               print the versions of the tool and its parser
	tenantvet completion shell                      print the completions for bash, zsh, fish or pwsh
	go vet -vettool=$(which tenantvet) [packages]   check them as a tool of go vet

Flags:
	-C dir         run in dir
	-format name   text, json, sarif, github (annotations), markdown or html (default text)
	-o file        write the report to file instead of standard output
	-fix           apply the fixes that are offered, and report the rest
	-diff          print the fixes as a diff, and change nothing
	-baseline file a baseline other than tenantvet.baseline.json beside go.mod; none for no baseline
	-new-from-rev rev
	               report only what stands on lines that have changed since rev, or runs through one
	-gopls version of gopls install: the version of gopls (default v0.23.0)
	-source dir    of gopls install: tenantvet's source, if not that of the running program
	-strict        report query sites that can't be proven, as rule unproven, and run the audit rules
	-tags list     build tags
	-tests=false   leave _test.go files out, whatever the configuration says
	-h, -help      print this text

Exit codes: 0 clean, 1 findings, 2 wrong use or configuration, 3 incomplete.

Rules:
`)
	width := 0
	for _, r := range analyzer.Rules() {
		width = max(width, len(r.Name))
	}
	for _, r := range analyzer.Rules() {
		fmt.Fprintf(&b, "\t%-*s   %s\n", width, r.Name, r.Title)
	}
	return b.String()
}
