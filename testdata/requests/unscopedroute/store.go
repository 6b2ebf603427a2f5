// Package unscopedroute mounts handlers whose queries rely on what a middleware
// puts into the request's context.
package unscopedroute

import (
	"context"
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/crypto/bcrypt"

	"example.com/requests/tenantctx"
	"example.com/requests/tenantdb"
	"example.com/requests/unscopedroute/scopes"
)

type server struct {
	*scopes.Scopes
	pool   *pgxpool.Pool
	verify func(token string) (*tenantctx.User, error)
}

// authenticate puts the user of the token into the context.
func (s *server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := s.verify(r.Header.Get("Authorization"))
		if err != nil {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(tenantctx.WithUser(r.Context(), user)))
	})
}

// logged says who asked, if that is known.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user := tenantctx.UserOf(r.Context()); user != nil {
			w.Header().Set("X-User", user.ID.String())
		}
		next.ServeHTTP(w, r)
	})
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	rows, err := scopes.DB(r.Context(), s.pool).Query(r.Context(), "SELECT id FROM orders")
	if err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
		return
	}
	rows.Close()
}

func (s *server) purge(w http.ResponseWriter, r *http.Request) {
	if err := s.purgeAll(r.Context()); err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}

func (s *server) purgeAll(ctx context.Context) error {
	_, err := scopes.DB(ctx, s.pool).Exec(ctx, "DELETE FROM orders")
	return err
}

// show asks who asks.
func (s *server) show(w http.ResponseWriter, r *http.Request) {
	user := tenantctx.UserOf(r.Context())
	if user == nil {
		http.Error(w, "who are you", http.StatusUnauthorized)
		return
	}
	var id uuid.UUID
	if err := scopes.DB(r.Context(), s.pool).QueryRow(r.Context(), "SELECT id FROM orders WHERE id = $1", r.PathValue("id")).Scan(&id); err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}

// track is for whoever has the number: it works without anybody's tenant.
func (s *server) track(w http.ResponseWriter, r *http.Request) {
	var id uuid.UUID
	if err := scopes.DB(r.Context(), s.pool).QueryRow(r.Context(), "SELECT id FROM orders WHERE id = $1", r.PathValue("number")).Scan(&id); err != nil {
		http.Error(w, "failed", http.StatusNotFound)
	}
}

// login has no tenant before it knows who logs in.
func (s *server) login(w http.ResponseWriter, r *http.Request) {
	rows, err := scopes.DB(r.Context(), s.pool).Query(r.Context(), "SELECT id FROM orders")
	if err != nil || bcrypt.CompareHashAndPassword(nil, []byte(r.FormValue("password"))) != nil {
		http.Error(w, "failed", http.StatusUnauthorized)
		return
	}
	rows.Close()
}

// both serves guests as well.
func (s *server) both(w http.ResponseWriter, r *http.Request) {
	if tx, ok := scopes.Tx(r.Context()); ok {
		_, _ = tx.Exec(r.Context(), "DELETE FROM orders")
		return
	}
	_, _ = tenantdb.Exists(r.Context(), s.pool, uuid.Nil)
}

// own opens a transaction of its own, for a tenant that it knows.
func (s *server) own(w http.ResponseWriter, r *http.Request) {
	err := tenantdb.WithTenant(r.Context(), s.pool, uuid.NameSpaceDNS, func(tx pgx.Tx) error {
		return s.purgeAll(scopes.With(r.Context(), tx))
	})
	if err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}

// mine takes the tenant itself from the context.
func (s *server) mine(w http.ResponseWriter, r *http.Request) {
	if err := s.forUser(r.Context()); err != nil {
		http.Error(w, "failed", http.StatusInternalServerError)
	}
}

func (s *server) forUser(ctx context.Context) error {
	user := tenantctx.UserOf(ctx)
	if user == nil {
		return errors.New("no user")
	}
	return tenantdb.WithTenant(ctx, s.pool, user.TenantID, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}
