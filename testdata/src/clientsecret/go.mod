// Programs that run with their users, in a module of its own for its
// configuration.
module example.com/corpus/clientsecret

go 1.25.0

require github.com/zserge/lorca v0.1.8

require golang.org/x/net v0.0.0-20200222125558-5a598a2470a0 // indirect
