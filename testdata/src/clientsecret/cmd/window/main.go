// Command window has a user interface of its own. Its users may be the
// operators, so that this is a hint.
package main

import (
	"log"

	"github.com/zserge/lorca"

	"example.com/corpus/clientsecret/backend" // want `service-role credential in a program with a user interface of its own \(github.com/zserge/lorca\): it asks for SUPABASE_SERVICE_ROLE_KEY`
)

func main() {
	ui, err := lorca.New("", "", 480, 320)
	if err != nil {
		log.Fatal(err)
	}
	defer ui.Close()
	if _, err := backend.Orders("https://abcdefghijkl.supabase.co"); err != nil {
		log.Fatal(err)
	}
}
