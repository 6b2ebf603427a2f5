// Command tenantvet finds queries that can reach another tenant's rows, in Go
// programs on PostgreSQL.
//
//	tenantvet [flags] [packages]                    the command line
//	go vet -vettool=$(which tenantvet) [packages]   as a tool of the go command
package main

import (
	"os"

	_ "github.com/tenantvet/tenantvet/internal/dependency/early" // most starts end there
	"github.com/tenantvet/tenantvet/internal/driver"
)

func main() {
	os.Exit(driver.Main(os.Args))
}
