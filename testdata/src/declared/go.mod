// A module of its own, for its configuration: what a library does that nobody
// can see is written in tenantvet.yaml.
module example.com/declared

go 1.25.0
