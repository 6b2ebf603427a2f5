package unscopedtx

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// BadPipeline sends the query on a pipeline, which the server runs as one
// transaction up to the next Sync, without the context.
func BadPipeline(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		p := c.Conn().PgConn().StartPipeline(ctx)
		p.SendQueryParams("SELECT name FROM orders", nil, nil, nil, nil)
		orders, err = lastResult(p)
		return err
	})
	return orders, err
}

// FixedPipeline sends the context first.
func FixedPipeline(ctx context.Context, pool *pgxpool.Pool, tenant string) (orders []string, err error) {
	err = pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		p := c.Conn().PgConn().StartPipeline(ctx)
		p.SendQueryParams("SELECT set_config('app.tenant_id', $1, true)", [][]byte{[]byte(tenant)}, nil, nil, nil)
		p.SendQueryParams("SELECT name FROM orders", nil, nil, nil, nil)
		orders, err = lastResult(p)
		return err
	})
	return orders, err
}

// lastResult syncs a pipeline and returns the rows of its last statement.
func lastResult(p *pgconn.Pipeline) (rows []string, err error) {
	if err := p.Sync(); err != nil {
		return nil, err
	}
	for {
		res, err := p.GetResults()
		if err != nil {
			return nil, err
		}
		switch res := res.(type) {
		case *pgconn.ResultReader:
			rows = nil
			for res.NextRow() {
				rows = append(rows, string(res.Values()[0]))
			}
			if _, err := res.Close(); err != nil {
				return nil, err
			}
		case *pgconn.PipelineSync:
			return rows, p.Close()
		default:
			return nil, fmt.Errorf("unexpected result %T", res)
		}
	}
}
