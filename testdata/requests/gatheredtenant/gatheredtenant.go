// Package gatheredtenant has many handlers that take the tenant from one header.
package gatheredtenant

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/requests/tenantdb"
)

// A Server answers requests.
type Server struct{ pool *pgxpool.Pool }

func (s *Server) run(ctx context.Context, tenant uuid.UUID) error {
	return tenantdb.WithTenant(ctx, s.pool, tenant, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func (s *Server) gatherOne(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Gathered"))) // want `tenant context app.tenant_id is taken from header X-Gathered: whoever sends the request chooses whose rows it sees; so it is in 4 more places; take it`
}

func (s *Server) gatherTwo(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Gathered")))
}

func (s *Server) gatherFour(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Gathered")))
}

func (s *Server) gatherFive(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Gathered")))
}

// gatherSilenced is not among them.
func (s *Server) gatherSilenced(w http.ResponseWriter, r *http.Request) {
	//tenantvet:ignore untrustedtenant -- the gateway sets the header
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Gathered")))
}

func (s *Server) gatherThree(w http.ResponseWriter, r *http.Request) {
	id, err := uuid.Parse(r.Header.Get("X-Gathered"))
	if err != nil {
		http.Error(w, "what?", http.StatusBadRequest)
		return
	}
	_ = s.run(r.Context(), id)
}

// Another header is another finding, and so is the same name elsewhere in a request.
func (s *Server) gatherQuery(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.URL.Query().Get("X-Gathered"))) // want `taken from query parameter X-Gathered: whoever sends the request chooses whose rows it sees; take it`
}

// Few are told one by one.
func (s *Server) fewOne(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Few"))) // want `taken from header X-Few: whoever sends the request chooses whose rows it sees; take it`
}

func (s *Server) fewTwo(w http.ResponseWriter, r *http.Request) {
	_ = s.run(r.Context(), uuid.MustParse(r.Header.Get("X-Few"))) // want `taken from header X-Few: whoever sends the request chooses whose rows it sees; take it`
}
