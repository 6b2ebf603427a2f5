// Package registry keeps the open transactions in a map, under an id that contexts
// carry, and falls back on the pool.
package registry

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/registry/ids"
)

type Querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

type transactions struct {
	mu  sync.RWMutex
	txs map[string]pgx.Tx
}

func (t *transactions) Register(id string, tx pgx.Tx) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.txs[id] = tx
}

func (t *transactions) Lookup(id string) (pgx.Tx, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	tx, ok := t.txs[id]
	return tx, ok
}

func (t *transactions) Remove(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.txs, id)
}

type Manager struct {
	pool *pgxpool.Pool
	open *transactions
}

func NewManager(pool *pgxpool.Pool) *Manager {
	return &Manager{pool: pool, open: &transactions{txs: make(map[string]pgx.Tx)}}
}

func (m *Manager) Begin(ctx context.Context, tenant uuid.UUID) (string, error) {
	tx, err := m.pool.Begin(ctx)
	if err != nil {
		return "", err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		_ = tx.Rollback(ctx)
		return "", err
	}
	id := uuid.NewString()
	m.open.Register(id, tx)
	return id, nil
}

// Commit works on what is registered.
func (m *Manager) Commit(ctx context.Context, id string) error {
	tx, ok := m.open.Lookup(id)
	if !ok {
		return pgx.ErrTxClosed
	}
	m.open.Remove(id)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

type Factory struct {
	pool *pgxpool.Pool
	tm   *Manager
}

// resolve falls back: whether a transaction is registered, no caller can tell.
func (f *Factory) resolve(ctx context.Context) Querier {
	if f.tm != nil {
		if id := ids.From(ctx); id != "" {
			if tx, ok := f.tm.open.Lookup(id); ok {
				return tx
			}
		}
	}
	return f.pool // want `returns the pool where no transaction is registered: DELETE on orders then runs outside a tenant-scoped transaction`
}

// Purge runs on whatever there is.
func (f *Factory) Purge(ctx context.Context) error {
	_, err := f.resolve(ctx).Exec(ctx, "DELETE FROM orders")
	return err
}

// PurgeSafely begins a transaction of its own on whatever there is.
func (f *Factory) PurgeSafely(ctx context.Context, tenant uuid.UUID) error {
	b, ok := f.resolve(ctx).(interface {
		Begin(context.Context) (pgx.Tx, error)
	})
	if !ok {
		return pgx.ErrTxClosed
	}
	tx, err := b.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant.String()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Store resolves its handle anew for each statement.
type Store struct{ q Querier }

type late struct{ f *Factory }

func (l *late) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return l.f.resolve(ctx).Exec(ctx, sql, args...)
}

func (l *late) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return l.f.resolve(ctx).QueryRow(ctx, sql, args...)
}

func (s *Store) Total(ctx context.Context) (n int, err error) {
	err = s.q.QueryRow(ctx, "SELECT count(*) FROM customers").Scan(&n)
	return n, err
}

func (f *Factory) Total(ctx context.Context) (int, error) {
	return (&Store{q: &late{f}}).Total(ctx)
}
