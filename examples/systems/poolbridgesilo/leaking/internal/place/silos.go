package place

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Silos are the databases of those who have one.
type Silos struct {
	// DSN says where a tenant's database is.
	DSN func(tenant string) (string, error)

	mu   sync.Mutex
	pool *pgxpool.Pool
}

// Pool returns the tenant's pool.
func (s *Silos) Pool(ctx context.Context, tenant string) (*pgxpool.Pool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pool != nil {
		return s.pool, nil
	}
	dsn, err := s.DSN(tenant)
	if err != nil {
		return nil, err
	}
	s.pool, err = pgxpool.New(ctx, dsn)
	return s.pool, err
}
