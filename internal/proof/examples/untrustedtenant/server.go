package untrustedtenant

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tenantvet/tenantvet/internal/proof/examples/names"
)

// Claims are what a token says about its holder.
type claims struct {
	Email  string `json:"email"`
	Tenant string `json:"tenant"`
}

// anna belongs to tenant A.
func anna() claims {
	return claims{Email: "anna@example.com", Tenant: "aaaaaaaa-0000-4000-8000-000000000001"}
}

var key = []byte("of the examples")

// issue makes a token.
func issue(c claims) string {
	payload, _ := json.Marshal(c)
	body := base64.RawURLEncoding.EncodeToString(payload)
	return body + "." + sign(body)
}

func sign(body string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(body))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// parse reads a token, whoever wrote it.
func parse(token string) (c claims, err error) {
	body, _, _ := strings.Cut(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return claims{}, err
	}
	err = json.Unmarshal(payload, &c)
	return c, err
}

// verify reads the request's token if the signature is right.
func verify(r *http.Request) (claims, error) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	body, signature, _ := strings.Cut(token, ".")
	if !hmac.Equal([]byte(signature), []byte(sign(body))) {
		return claims{}, errors.New("bad token")
	}
	return parse(token)
}

// ask sends a request that names a tenant wherever a request can, with the
// token of a user of tenant A.
func ask(ctx context.Context, tenant string, handler http.HandlerFunc) (orders []string, err error) {
	body, err := json.Marshal(map[string]string{"tenant": tenant})
	if err != nil {
		return nil, err
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/orders?tenant="+tenant, strings.NewReader(string(body)))
	r.Header.Set("Authorization", "Bearer "+issue(anna()))
	r.Header.Set("X-Tenant-ID", tenant)
	r.Header.Set("X-Token", issue(claims{Tenant: tenant})+"forged")
	w := httptest.NewRecorder()
	handler(w, r)
	if w.Code == http.StatusForbidden || w.Code == http.StatusNotFound {
		return nil, errors.New(w.Body.String())
	}
	err = json.Unmarshal(w.Body.Bytes(), &orders)
	return orders, err
}

// answer writes the names of a tenant's orders.
func answer(w http.ResponseWriter, r *http.Request, pool *pgxpool.Pool, tenant string) {
	var orders []string
	err := pgx.BeginFunc(r.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		var err error
		orders, err = names.Pgx(tx.Query(r.Context(), "SELECT name FROM orders"))
		return err
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(orders)
}

type tenantKey struct{}

func withTenant(ctx context.Context, tenant string) context.Context {
	return context.WithValue(ctx, tenantKey{}, tenant)
}

// fromContext answers for the tenant of the context.
func fromContext(pool *pgxpool.Pool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tenant, _ := r.Context().Value(tenantKey{}).(string)
		answer(w, r, pool, tenant)
	}
}
