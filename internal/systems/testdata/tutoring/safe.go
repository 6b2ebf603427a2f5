//go:build safe

package main

import "example.com/tutoring/internal/sync"

var verified = sync.Verified
