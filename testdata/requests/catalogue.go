// Package requests holds programs that read requests. This file imports what only
// the catalogue knows, for the test that resolves its lines.
package requests

import (
	_ "github.com/auth0/go-jwt-middleware/v2/validator"
	_ "github.com/clerk/clerk-sdk-go/v2/jwt"
	_ "github.com/gofrs/uuid/v5"
	_ "github.com/lestrrat-go/jwx/v3/jwt"
	_ "golang.org/x/crypto/argon2"
)
