// Package scoped is about declarations that handles are scoped.
package scoped

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/corpus/ports"
	"example.com/corpus/store"
	"example.com/corpus/tenant"
)

type Service struct {
	unit  ports.Unit
	db    ports.DB
	pools *ports.Pools
	//tenantvet:scoped
	own    *pgxpool.Pool
	proved *pgxpool.Pool
}

// Declared in another package: methods, a type, fields, a variable, a function.
func (s *Service) Within(ctx context.Context, id uuid.UUID) error {
	return s.unit.Within(ctx, id, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM orders")
		return err
	})
}

func (s *Service) Begin(ctx context.Context, id uuid.UUID) error {
	tx, err := s.unit.Begin(ctx, id)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := store.New(tx).ListOrders(ctx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

func (s *Service) Type(ctx context.Context) error {
	_, err := s.db.Exec(ctx, "DELETE FROM orders")
	return err
}

func Registry(ctx context.Context, registry map[uuid.UUID]any, id uuid.UUID) error {
	_, err := ports.For(registry, id).Exec(ctx, "DELETE FROM orders")
	return err
}

func (s *Service) Fields(ctx context.Context) error {
	if _, err := s.pools.Tenant.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	if _, err := ports.Tenant.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	_, err := s.pools.Shared.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool`
	return err
}

// A transaction on what is declared is as scoped.
func (s *Service) Own(ctx context.Context) error {
	tx, err := s.own.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, "DELETE FROM orders"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Bad: past the declared transaction.
func (s *Service) Past(ctx context.Context, id uuid.UUID) error {
	return s.unit.Within(ctx, id, func(ctx context.Context, _ pgx.Tx) error {
		_, err := s.pools.Shared.Exec(ctx, "DELETE FROM orders") // want `DELETE on orders runs on the pool although a tenant-scoped transaction is open`
		return err
	})
}

// A parameter: whoever calls it where nobody sees has promised, and who calls it
// here is judged.
//
//tenantvet:scoped tx
func Handler(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

func Promised(ctx context.Context, pool *pgxpool.Pool) error {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	return Handler(ctx, tx) // want `DELETE on orders in a transaction where the tenant context is not set`
}

func Trailing(
	ctx context.Context,
	tx pgx.Tx, //tenantvet:scoped
) error {
	_, err := tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// What a context carries.
type key struct{}

func fromContext(ctx context.Context, pool *pgxpool.Pool) querier {
	if tx, ok := ctx.Value(key{}).(pgx.Tx); ok {
		return tx
	}
	return pool
}

type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

//tenantvet:scoped ctx
func (s *Service) Carried(ctx context.Context) error {
	_, err := fromContext(ctx, s.pools.Shared).Exec(ctx, "DELETE FROM orders")
	return err
}

// A wrapper that scopes where it can't be seen.
//
//tenantvet:scoped
type wrapped struct {
	*pgxpool.Pool
}

func (s *Service) Wrapped(ctx context.Context, w *wrapped) error {
	_, err := w.Exec(ctx, "DELETE FROM orders")
	return err
}

func New(ctx context.Context, pool *pgxpool.Pool) error {
	w := &wrapped{pool}
	_, err := w.Exec(ctx, "DELETE FROM orders")
	return err
}

// Bad: the body shows the opposite.
//
//tenantvet:scoped
func (s *Service) open(ctx context.Context) (pgx.Tx, error) {
	tx, err := s.proved.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return tx, nil // want `open is declared to be scoped, but a handle without the tenant context is returned here`
}

type session struct {
	//tenantvet:scoped
	tx pgx.Tx
}

func newSession(ctx context.Context, pool *pgxpool.Pool) (*session, error) {
	tx, err := pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &session{tx: tx}, nil // want `tx is declared to be scoped, but a handle without the tenant context arrives at tx here`
}

func (s *session) Purge(ctx context.Context) error {
	_, err := s.tx.Exec(ctx, "DELETE FROM orders")
	return err
}

// Unused: it is proven.
/* want `directive declares Proven scoped, but it hands out no handle, or that is proven without` */ //tenantvet:scoped
func Proven(ctx context.Context, pool *pgxpool.Pool, id uuid.UUID) (pgx.Tx, error) {
	return tenant.Begin(ctx, pool, id)
}

/* want `directive declares Nothing scoped, but it hands out no handle` */ //tenantvet:scoped
func Nothing(ctx context.Context) error                                    { return ctx.Err() }

/* want `directive declares tx scoped, but no query depends on that` */ //tenantvet:scoped tx
func Countries(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT name FROM countries")
	return err
}

/* want `directive declares db, but the function has no parameter of that name` */ //tenantvet:scoped db
func Misnamed(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT name FROM countries")
	return err
}

func Place(ctx context.Context, pool *pgxpool.Pool) error {
	/* want `directive stands at nothing that can be scoped` */ //tenantvet:scoped
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	return tx.Rollback(ctx)
}

/* want `directive names parameters, but stands at no function` */ //tenantvet:scoped tx
type named struct{ tx pgx.Tx }

// Where the text stands, in another package, is a place to ignore rules about it.
func Elsewhere(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, ports.SetTenant, id)
	return err
}

// Where the statement of a called function stands is none: this line has to change.
func Helped(ctx context.Context, pool *pgxpool.Pool) error {
	return purge(ctx, pool) // want `DELETE on orders runs on the pool`
}

func purge(ctx context.Context, db querier) error {
	/* want `directive ignores rawpool, but there is nothing to silence here` */ //tenantvet:ignore rawpool -- callers know
	_, err := db.Exec(ctx, "DELETE FROM orders")
	return err
}
