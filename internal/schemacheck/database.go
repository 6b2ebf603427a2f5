package schemacheck

import (
	"path"

	"github.com/tenantvet/tenantvet/internal/evidence"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// liveFormat marks the schema of a running server, of which all is known that it has.
const liveFormat = "database"

// Live is a running server's schema as evidence of a module, by whose configuration
// it is judged.
func Live(m *evidence.Module, model *schema.Model, objects []string) *evidence.Module {
	of := *m
	of.Schemas = []evidence.Schema{{Dir: liveFormat, Format: liveFormat, Files: objects, Model: model}}
	return &of
}

// Database checks what Live made. Positions are objects of the database; words gives
// what the server says of one.
func (c *Check) Database(m *evidence.Module, words func(schema.Position) string) {
	c.words = words
	c.Module(m, func(*evidence.Schema) bool { return true })
	c.words = nil
}

// statement is what the server says of an object, "" for a position in a file.
func (c *Check) statement(at schema.Position) string {
	if c.words == nil {
		return ""
	}
	return c.words(at)
}

// folder is the part of a file's name that stays when migrations are put together.
func (c *Check) folder(file string) string {
	if c.words != nil {
		return liveFormat
	}
	return path.Dir(file)
}
