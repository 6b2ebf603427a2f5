// Command server runs where its users don't: that it holds the key of a
// privileged package is what the package is for.
package main

import (
	"fmt"

	"example.com/corpus/clientsecret/backend"
)

func main() {
	r, err := backend.Orders("https://abcdefghijkl.supabase.co")
	fmt.Println(r, err)
}
