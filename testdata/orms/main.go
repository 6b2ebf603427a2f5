// Command orms reads a tenant's orders through each of the libraries, in ways
// that carry the tenant's context and in ways that don't, and prints what each
// of them sees. It is run against a server, and judged by tenantvet.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// A program works for a tenant, with the connection string of an unprivileged role.
type program struct {
	name string
	run  func(ctx context.Context, dsn, tenant string) ([]string, error)
}

var programs = []program{
	{"gorm/BadBegin", gormBadBegin},
	{"gorm/BadOuter", gormBadOuter},
	{"gorm/FixedTransaction", gormFixedTransaction},
	{"gorm/FixedSession", gormFixedSession},
	{"gorm/FixedNested", gormFixedNested},
	{"gorm/FixedGeneric", gormFixedGeneric},
	{"bun/BadTx", bunBadTx},
	{"bun/FixedRunInTx", bunFixedRunInTx},
	{"gopg/BadConn", gopgBadConn},
	{"gopg/FixedBegin", gopgFixedBegin},
	{"goqu/BadTx", goquBadTx},
	{"goqu/FixedWithTx", goquFixedWithTx},
	{"sqlx/BadStmt", sqlxBadStmt},
	{"sqlx/FixedStmt", sqlxFixedStmt},
	{"pgx4/BadPool", pgx4BadPool},
	{"pgx4/FixedBeginFunc", pgx4FixedBeginFunc},
	{"stdlib/BadOverPool", stdlibBadOverPool},
	{"stdlib/FixedHooked", stdlibFixedHooked},
}

func main() {
	for _, p := range programs {
		rows, err := p.run(context.Background(), os.Args[1], os.Args[2])
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", p.name, err)
			os.Exit(1)
		}
		fmt.Printf("%s: %s\n", p.name, strings.Join(rows, " "))
	}
}
