// Package driver runs the analyzers: as the tool that go vet starts for each
// package, and as a command that drives go vet with itself as the tool.
package driver

import (
	"os"
	"slices"
	"strings"
)

// Exit codes of the command line.
const (
	Clean      = 0
	Findings   = 1
	Misuse     = 2 // wrong flags or configuration
	Incomplete = 3 // something could not be analysed; wins over Findings
)

// Main runs the program with its arguments, the program's name first, and
// returns its exit code. In the vet protocol it may exit by itself.
func Main(args []string) int {
	switch args := args[1:]; {
	case slices.Contains(args, "-V=full"):
		return printVersion(os.Stdout, os.Stderr)
	case len(args) == 1 && args[0] == "-flags":
		return printFlags()
	case len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".cfg"):
		return runUnit(args, os.Stderr)
	}
	return runCommand(args)
}
