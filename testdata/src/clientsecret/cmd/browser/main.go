//go:build js && wasm

// Command browser can run nowhere else. The tests ask for it by its platform.
package main

import (
	"syscall/js"

	"example.com/corpus/clientsecret/backend"
)

func main() {
	js.Global().Set("orders", js.FuncOf(func(js.Value, []js.Value) any {
		r, err := backend.Orders("https://abcdefghijkl.supabase.co")
		if err != nil {
			return nil
		}
		return r.URL.String()
	}))
	select {}
}
