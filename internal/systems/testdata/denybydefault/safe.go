//go:build safe

package main

import "example.com/denybydefault/internal/store"

var signedIn = store.SignedIn
