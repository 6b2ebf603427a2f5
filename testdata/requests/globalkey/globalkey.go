// Package globalkey verifies tokens.
package globalkey

import (
	"errors"
	"fmt"
	"net/http"
	"os"

	jwt4 "github.com/golang-jwt/jwt/v4"
	"github.com/golang-jwt/jwt/v5"
)

var secret = []byte(os.Getenv("JWT_SECRET"))

func variable(text string) (*jwt.Token, error) {
	return jwt.Parse(text, func(t *jwt.Token) (any, error) {
		if _, ok := t.Method.(*jwt.SigningMethodHMAC); !ok {
			return nil, fmt.Errorf("method %v", t.Header["alg"])
		}
		return secret, nil // want `one key verifies the tokens of all tenants: whoever gets hold of it makes tokens for any of them`
	})
}

type service struct {
	secret string
	keys   map[string][]byte
}

func (s *service) field(text string) (*jwt.Token, error) {
	var c jwt.RegisteredClaims
	return jwt.ParseWithClaims(text, &c, s.key)
}

func (s *service) key(*jwt.Token) (any, error) {
	return []byte(s.secret), nil // want `one key verifies the tokens of all tenants`
}

func keyfunc(secret []byte) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, err := new(jwt4.Parser).Parse(r.Header.Get("Authorization"), func(*jwt4.Token) (interface{}, error) {
				return secret, nil // want `one key verifies the tokens of all tenants`
			})
			if err == nil {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// byID picks the key by the token's kid.
func (s *service) byID(text string) (*jwt.Token, error) {
	return jwt.Parse(text, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		if key, ok := s.keys[kid]; ok {
			return key, nil
		}
		return nil, errors.New("no such key")
	})
}

// byIssuer looks at the claims, and decides by them.
func (s *service) byIssuer(text string) (*jwt.Token, error) {
	return jwt.Parse(text, func(t *jwt.Token) (any, error) {
		if issuer, err := t.Claims.GetIssuer(); err != nil || issuer == "" {
			return nil, errors.New("no issuer")
		}
		return []byte(s.secret), nil
	})
}

// found hands the token on to something that may look at it.
func (s *service) found(text string, find func(*jwt.Token) ([]byte, error)) (*jwt.Token, error) {
	return jwt.Parse(text, func(t *jwt.Token) (any, error) { return find(t) })
}

// passed: whoever calls it knows whose key it is.
func passed(text string, key []byte) (*jwt.Token, error) {
	return jwt.Parse(text, func(*jwt.Token) (any, error) { return key, nil })
}

// looked up for the tenant at hand.
func (s *service) ofTenant(text, tenant string) (*jwt.Token, error) {
	key := s.keyOf(tenant)
	return jwt.Parse(text, func(*jwt.Token) (any, error) { return key, nil })
}

func (s *service) keyOf(tenant string) []byte { return s.keys[tenant] }
