// Package named has a middleware that registers each request's transaction and puts its
// id into the context: what falls back where there is none is never asked to. Silent.
package named

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type DBTX interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

type idKey struct{}

type Manager struct {
	pool *pgxpool.Pool
	who  func(*http.Request) (uuid.UUID, error)
	txs  map[string]pgx.Tx
}

func (m *Manager) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := m.who(r)
		if err != nil {
			http.Error(w, "no tenant", http.StatusForbidden)
			return
		}
		tx, err := m.pool.Begin(r.Context())
		if err != nil {
			http.Error(w, "no transaction", http.StatusInternalServerError)
			return
		}
		defer tx.Rollback(r.Context())
		if _, err := tx.Exec(r.Context(), "SELECT set_config('app.tenant_id', $1, true)", who); err != nil {
			http.Error(w, "no tenant", http.StatusInternalServerError)
			return
		}
		id := uuid.NewString()
		m.txs[id] = tx
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), idKey{}, id)))
		delete(m.txs, id)
		_ = tx.Commit(r.Context())
	})
}

func (m *Manager) db(ctx context.Context) DBTX {
	if id, ok := ctx.Value(idKey{}).(string); ok {
		if tx, ok := m.txs[id]; ok {
			return tx
		}
	}
	return m.pool
}

func (m *Manager) Purge(w http.ResponseWriter, r *http.Request) {
	_, _ = m.db(r.Context()).Exec(r.Context(), "DELETE FROM orders")
}
