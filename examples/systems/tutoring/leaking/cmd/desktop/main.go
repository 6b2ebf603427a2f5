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
	res, err := backend.Sync(context.Background(), os.Args[1], os.Getenv("SYNC_TOKEN"))
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode == http.StatusUnauthorized || res.StatusCode == http.StatusForbidden {
		log.Fatal("please sign in again")
	}
	fmt.Println("you can have", settings.MaxStudents, "students")
}
