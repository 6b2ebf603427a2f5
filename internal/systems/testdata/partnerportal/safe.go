//go:build safe

package main

import (
	"net/http"
	"os"

	"example.com/partnerportal/internal/portal"
)

func portalOf(v portal.Verifier) http.Handler { return portal.New(open(os.Getenv("DATABASE_URL")), v) }
