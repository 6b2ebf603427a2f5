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

	mu    sync.Mutex
	pools map[string]*pgxpool.Pool
}

// Pool returns the tenant's pool.
func (s *Silos) Pool(ctx context.Context, tenant string) (*pgxpool.Pool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if pool, ok := s.pools[tenant]; ok {
		return pool, nil
	}
	dsn, err := s.DSN(tenant)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if s.pools == nil {
		s.pools = map[string]*pgxpool.Pool{}
	}
	s.pools[tenant] = pool
	return pool, nil
}
