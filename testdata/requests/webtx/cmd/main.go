// Command cmd serves what webtx mounts: a module with a program in it is one of
// which all the code is in sight.
package main

import (
	"context"
	"os"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/requests/webtx"
)

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("DATABASE_URL"))
	if err != nil {
		os.Exit(1)
	}
	r := gin.New()
	webtx.Mount(r, pool, uuid.Parse)
	_ = r.Run()
}
