// A program that names the tenant in each statement, in a module of its own
// for its configuration.
module example.com/corpus/tenantfilter

go 1.25.0
