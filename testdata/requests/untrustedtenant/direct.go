// Package untrustedtenant is handlers that take the tenant from the request.
package untrustedtenant

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/requests/tenantdb"
)

// A Server answers requests.
type Server struct {
	pool   *pgxpool.Pool
	apiKey string
	strict bool
}

func list(tx pgx.Tx) error {
	_, err := tx.Exec(context.Background(), "DELETE FROM orders")
	return err
}

// header sets the tenant where it reads it.
func (s *Server) header(w http.ResponseWriter, r *http.Request) {
	tenant := strings.TrimSpace(r.Header.Get("X-Tenant-ID"))
	if tenant == "" {
		http.Error(w, "no tenant", http.StatusBadRequest)
		return
	}
	_ = pgx.BeginFunc(r.Context(), s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil { // want `tenant context app.tenant_id is taken from header X-Tenant-ID`
			return err
		}
		return list(tx)
	})
}

// query hands it on to another package.
func (s *Server) query(w http.ResponseWriter, r *http.Request) {
	tenant, err := uuid.Parse(r.URL.Query().Get("tenant"))
	if err != nil {
		http.Error(w, "no tenant", http.StatusBadRequest)
		return
	}
	_ = tenantdb.WithTenant(r.Context(), s.pool, tenant, list) // want `taken from query parameter tenant`
}

func (s *Server) path(w http.ResponseWriter, r *http.Request) {
	id := uuid.MustParse(r.PathValue("company"))
	_ = s.run(r.Context(), id) // want `taken from path parameter company`
}

// run becomes the obligation of whoever calls it.
func (s *Server) run(ctx context.Context, tenant uuid.UUID) error {
	return tenantdb.WithTenant(ctx, s.pool, tenant, list)
}

func (s *Server) cookie(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie("tenant")
	if err != nil {
		return
	}
	_ = s.run(r.Context(), uuid.MustParse(c.Value)) // want `taken from cookie tenant`
}

func (s *Server) form(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.FormValue("tenant_id"))) // want `taken from form value tenant_id`
}

// formatted puts it into the text: formattedset has more to say about that.
func (s *Server) formatted(w http.ResponseWriter, r *http.Request) {
	tenant, err := uuid.Parse(r.Header["X-Tenant"][0])
	if err != nil {
		return
	}
	_ = pgx.BeginFunc(r.Context(), s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(r.Context(), fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", tenant)); err != nil { // want `taken from header X-Tenant:`
			return err
		}
		return list(tx)
	})
}

type order struct {
	TenantID uuid.UUID `json:"tenant_id"`
	Note     string    `json:"note"`
}

func (s *Server) body(w http.ResponseWriter, r *http.Request) {
	var in order
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return
	}
	_ = s.run(r.Context(), in.TenantID) // want `taken from TenantID of the request's body`
}

func (s *Server) unmarshalled(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	in := &order{}
	if err := json.Unmarshal(data, in); err != nil {
		return
	}
	_ = s.save(r.Context(), in) // want `taken from TenantID of the request's body`
}

func (s *Server) save(ctx context.Context, in *order) error { return s.run(ctx, in.TenantID) }

func decode[T any](r *http.Request) (T, error) {
	var v T
	err := json.NewDecoder(r.Body).Decode(&v)
	return v, err
}

func (s *Server) generic(w http.ResponseWriter, r *http.Request) {
	in, err := decode[order](r)
	if err != nil {
		return
	}
	_ = s.run(r.Context(), in.TenantID) // want `taken from TenantID of the request's body`
}

// overwritten: what the body says is replaced before it matters.
func (s *Server) overwritten(w http.ResponseWriter, r *http.Request) {
	var in order
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return
	}
	in.TenantID = claimsOf(r.Context()).TenantID
	_ = s.save(r.Context(), &in)
}

// tenantOf is where all that use it go wrong: one finding.
func tenantOf(r *http.Request) uuid.UUID {
	if v := r.Header.Get("X-Org"); v != "" {
		return uuid.MustParse(v)
	}
	return uuid.Nil
}

func (s *Server) first(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), tenantOf(r)) // want `taken from header X-Org`
}

func (s *Server) second(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), tenantOf(r))
}

// fallback: the claims decide unless there are none.
func (s *Server) fallback(w http.ResponseWriter, r *http.Request) {
	tenant := claimsOf(r.Context()).TenantID
	if tenant == uuid.Nil {
		tenant = uuid.MustParse(r.Header.Get("X-Fallback"))
	}
	_ = s.run(r.Context(), tenant) // want `taken from header X-Fallback`
}

type orders interface {
	Purge(ctx context.Context, tenant uuid.UUID) error
}

type repository struct{ pool *pgxpool.Pool }

// Purge is behind the interface.
func (r *repository) Purge(ctx context.Context, tenant uuid.UUID) error {
	return tenantdb.WithTenant(ctx, r.pool, tenant, list)
}

// behind: one type in sight is behind the interface.
func behind(o orders) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_ = o.Purge(r.Context(), uuid.MustParse(r.PathValue("behind"))) // want `taken from path parameter behind`
	}
}
