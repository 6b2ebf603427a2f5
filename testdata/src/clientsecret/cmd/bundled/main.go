// Command bundled is one, too, and brings its settings along.
package main

import (
	_ "embed"
	"fmt"

	"example.com/corpus/clientsecret/backend"
)

//go:embed settings.yaml
var settings string // want `it has SUPABASE_SERVICE_ROLE_KEY built in`

// What nothing refers to is not linked in.
//
//go:embed settings.yaml
var unused string // want `outside the privileged packages: embeds settings.yaml`

func main() {
	r, err := backend.Public("https://abcdefghijkl.supabase.co")
	fmt.Println(r, err, len(settings))
}
