// Package evidence gathers what must be known about a module from outside the
// Go package at hand: its configuration, its schema, and what its code as a
// whole does to connections. Facts flow from imports upward only; evidence is
// the way for everything else (DESIGN.md, decision 5).
package evidence

import (
	"strings"

	"github.com/tenantvet/tenantvet/internal/config"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Module is the evidence about one Go module. It is plain data.
type Module struct {
	Root    string // directory of go.mod, absolute; not part of the digest
	Path    string // module path
	Alone   bool   // no go.work puts other modules beside it; not part of the digest
	Config  config.Config
	Schemas []Schema
	Hooks   Hooks
	Main    bool // it has a program: what nothing in it does, nobody does
	// Clients: it may have programs that run with their users.
	Clients bool
	// Injections are the keys under which code of the module puts handles into
	// contexts, as package path and name, or as the quoted string.
	Injections map[string]Injection
	// Bare are those of the keys under which nothing but handles without tenant context
	// is put, which nobody sets afterwards, with a place that puts one there.
	Bare map[string]Place
	// Setters are the names of functions and methods that may set a custom setting on a
	// handle that they are given, sorted.
	Setters []string
	// SettingsInCode are settings that Go code of the module sets, lower case and sorted.
	SettingsInCode []string
	// Unset: no code of the module sets a custom setting, not even one by a bound
	// name, so that what policies ask for is never there.
	Unset bool
	// Unread are those of SettingsInCode that look like the tenant's context and
	// that nothing reads, although policies read others.
	Unread []string
	// OtherDialects counts schema files of other databases, which are left out.
	OtherDialects int
	// Requires are the paths of the modules that go.mod requires, sorted.
	Requires []string
	// OtherDrivers: go.mod requires drivers of other databases and none for PostgreSQL.
	OtherDrivers bool
	// Embeds are the files that packages embed; not part of the digest, see
	// [Module.Embedded].
	Embeds []Embed
	// Judged are findings in migrations that packages embed, as the configuration
	// wants them.
	Judged []Judged
	// Problems are what could not be read; any makes the run incomplete.
	Problems []Problem
	// Digest identifies everything above.
	Digest string
}

// Has reports whether a package belongs to the module.
func (m *Module) Has(pkg string) bool { return pkg == m.Path || strings.HasPrefix(pkg, m.Path+"/") }

// A Schema is one migration directory (or schema file) and its replayed model.
type Schema struct {
	Dir    string   // relative to Root, slash-separated, may begin with ".."; for a single file its directory
	Format string   // as package schema names it, or "go" for DDL in Go strings
	Files  []string // relative to Root, in the order of replay
	Model  *schema.Model
	// Replayed are the files as they were replayed: upward, and of Go code what it
	// runs. Only [Full] has them.
	Replayed []schema.File
	// Unbound are the policies that are there for statements without context.
	Unbound []Unbound
}

// Hooks are the pool hooks that some code of the module installs.
type Hooks struct {
	// SetsContext: a PrepareConn or BeforeAcquire hook is assigned that sets a
	// custom setting, itself or through functions that it calls by name.
	SetsContext bool
	// Resets: an AfterRelease hook is assigned that sets or resets settings, or a
	// PrepareConn or BeforeAcquire hook that resets them.
	Resets bool
}

// An Injection counts the functions that put a handle into contexts under a key.
type Injection struct {
	Scoped int // functions that set a custom setting as well, on their way
	Bare   int // functions that don't
	// Confined are those of both that hand the context to a function which their
	// caller passes, and nowhere else: no request comes with it.
	Confined int
}

// A Place is a position in a file.
type Place struct {
	File         string // relative to Root
	Line, Column int
}

// A Problem is an input that could not be read.
type Problem struct {
	File         string // relative to Root
	Line, Column int    // 1-based, 0 when unknown
	Message      string
	// Config: the problem is in tenantvet.yaml (exit code 2 rather than 3).
	Config bool
}
