// Package db embeds its migrations, in which drivers that read Go files only find what
// is wrong here.
package db

import "embed"

// Migrations are the files.
//
//go:embed migrations/*.sql
var Migrations embed.FS
