// A program that names the tenant in each statement, except for the
// administration's: a module of its own for its configuration.
module example.com/everyone

go 1.25.0

require github.com/go-chi/chi/v5 v5.5.0
