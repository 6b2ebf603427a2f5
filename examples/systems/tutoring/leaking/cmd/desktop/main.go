// Command desktop runs at the teachers'.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/tutoring/internal/backend"
	"example.com/tutoring/internal/settings"
)

func main() {
	ctx, token := context.Background(), os.Getenv("SYNC_TOKEN")
	res, err := backend.Sync(ctx, os.Args[1], token)
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden {
		log.Fatal("please sign in again")
	}
	fmt.Println("you can have", settings.MaxStudents, "students")
	if len(os.Args) > 2 {
		if _, err := feedback(ctx, os.Args[1], os.Args[2]); err != nil {
			log.Fatal(err)
		}
	}
}
