//go:build leaking

package main

import (
	"net/http"
	"os"

	"example.com/partnerportal/internal/admin"
	"example.com/partnerportal/internal/portal"
)

func portalOf(v portal.Verifier) http.Handler {
	pool := open(os.Getenv("DATABASE_URL"))
	return portal.New(pool, v, admin.New(pool))
}
