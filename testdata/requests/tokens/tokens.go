// Package tokens takes tenants from tokens, verified or not.
package tokens

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	jwt4 "github.com/golang-jwt/jwt/v4"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	jwxjwt "github.com/lestrrat-go/jwx/v2/jwt"

	"example.com/requests/tenantdb"
)

type server struct {
	pool   *pgxpool.Pool
	keys   jwt.Keyfunc
	secret []byte
}

func (s *server) run(ctx context.Context, tenant string) error {
	id, err := uuid.Parse(tenant)
	if err != nil {
		return err
	}
	return tenantdb.WithTenant(ctx, s.pool, id, nil)
}

type claims struct {
	jwt.RegisteredClaims
	Tenant string `json:"tenant"`
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func (s *server) verified(r *http.Request) error {
	var c claims
	if _, err := jwt.ParseWithClaims(bearer(r), &c, s.keys); err != nil {
		return err
	}
	return s.run(r.Context(), c.Tenant)
}

func (s *server) mapClaims(r *http.Request) error {
	token, err := jwt.Parse(bearer(r), s.keys)
	if err != nil {
		return err
	}
	tenant, _ := token.Claims.(jwt.MapClaims)["tenant"].(string)
	return s.run(r.Context(), tenant)
}

func (s *server) unverified(r *http.Request) error {
	var c claims
	if _, _, err := jwt.NewParser().ParseUnverified(bearer(r), &c); err != nil {
		return err
	}
	return s.run(r.Context(), c.Tenant) // want `from a token whose signature is not verified:`
}

func (s *server) unverifiedMap(r *http.Request) error {
	token, _, err := new(jwt4.Parser).ParseUnverified(bearer(r), jwt4.MapClaims{})
	if err != nil {
		return err
	}
	tenant, _ := token.Claims.(jwt4.MapClaims)["tenant"].(string)
	return s.run(r.Context(), tenant) // want `from a token whose signature is not verified:`
}

// peeked looks at the token to find its key, and verifies it then.
func (s *server) peeked(r *http.Request) error {
	var c claims
	if _, _, err := jwt.NewParser().ParseUnverified(bearer(r), &c); err != nil {
		return err
	}
	if _, err := jwt.ParseWithClaims(bearer(r), &c, s.keyOf(c.Issuer)); err != nil {
		return err
	}
	return s.run(r.Context(), c.Tenant)
}

func (s *server) keyOf(string) jwt.Keyfunc { return s.keys }

func (s *server) jwx(r *http.Request) error {
	token, err := jwxjwt.Parse([]byte(bearer(r)), jwxjwt.WithValidate(true))
	if err != nil {
		return err
	}
	tenant, _ := token.Get("tenant")
	return s.run(r.Context(), tenant.(string))
}

func (s *server) jwxUnverified(r *http.Request) error {
	token, err := jwxjwt.Parse([]byte(bearer(r)), jwxjwt.WithVerify(false))
	if err != nil {
		return err
	}
	tenant, _ := token.Get("tenant")
	return s.run(r.Context(), tenant.(string)) // want `from a token whose signature is not verified:`
}

func (s *server) oidc(r *http.Request, v *oidc.IDTokenVerifier) error {
	token, err := v.Verify(r.Context(), bearer(r))
	if err != nil {
		return err
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return err
	}
	return s.run(r.Context(), c.Tenant)
}

// decoded reads the payload by hand, without a look at the signature.
func (s *server) decoded(r *http.Request) error {
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(bearer(r), ".")[1])
	if err != nil {
		return err
	}
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return err
	}
	return s.run(r.Context(), c.Tenant) // want `from header Authorization:`
}

// signed verifies by hand.
func (s *server) signed(r *http.Request) error {
	body, sig, _ := strings.Cut(bearer(r), ".")
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(body))
	got, err := base64.RawURLEncoding.DecodeString(sig)
	if err != nil || !hmac.Equal(got, mac.Sum(nil)) {
		return errors.New("bad token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return err
	}
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return err
	}
	return s.run(r.Context(), c.Tenant)
}

// bySecret is the same as a function.
func (s *server) bySecret(r *http.Request) (c claims, err error) {
	body, sig, _ := strings.Cut(bearer(r), ".")
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(body))
	if !hmac.Equal([]byte(sig), mac.Sum(nil)) {
		return c, errors.New("bad token")
	}
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return c, err
	}
	err = json.Unmarshal(payload, &c)
	return c, err
}

// compared: what was verified elsewhere is no word of the request.
func (s *server) compared(r *http.Request) error {
	c, err := s.bySecret(r)
	tenant := r.Header.Get("X-Tenant-ID")
	if err != nil || tenant != c.Tenant {
		return errors.New("not yours")
	}
	return s.run(r.Context(), tenant)
}

// comparedUnverified compares with what the sender wrote as well.
func (s *server) comparedUnverified(r *http.Request) error {
	var c claims
	_, _, err := jwt.NewParser().ParseUnverified(bearer(r), &c)
	tenant := r.Header.Get("X-Tenant-ID")
	if err != nil || tenant != c.Tenant {
		return errors.New("not yours")
	}
	return s.run(r.Context(), tenant) // want `from header X-Tenant-ID:`
}

// gateway says what it has verified in a header of its own: tenantvet.yaml says
// so.
func gateway(r *http.Request) string { return r.Header.Get("X-Verified-Tenant") }

func (s *server) declared(r *http.Request) error { return s.run(r.Context(), gateway(r)) }
