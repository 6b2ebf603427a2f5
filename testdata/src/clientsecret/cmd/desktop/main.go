// Command desktop is declared a client.
package main

import (
	"fmt"
	"os"

	"example.com/corpus/clientsecret/backend" // want `service-role credential in a program that tenantvet.yaml declares a client: it asks for SUPABASE_SERVICE_ROLE_KEY through config.ServiceKey` `it has a supabase secret key built in through config.Secret`
)

func main() {
	fmt.Println(orders())
	fmt.Println(show(backend.Sources()))
	fmt.Println(os.Getenv("SUPABASE_SECRET_KEY")) // want `it asks for SUPABASE_SECRET_KEY, and who has the program`
	if os.Getenv("SUPABASE_SERVICE_KEY") != "" {
		fmt.Println("this program has no use for it")
	}
}

func orders() error {
	_, err := backend.Orders("https://abcdefghijkl.supabase.co")
	return err
}

func show(s backend.Source) int { return len(s.Secret()) }

// Nothing calls it: what it reads is never read.
func forgotten() string {
	return os.Getenv("SUPABASE_DB_URL") // want `outside the privileged packages: reads SUPABASE_DB_URL`
}
