package main

import (
	"context"
	"database/sql"

	"github.com/doug-martin/goqu/v9"
	_ "github.com/doug-martin/goqu/v9/dialect/postgres"
	"github.com/go-pg/pg/v10"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

type bunOrder struct {
	bun.BaseModel `bun:"table:orders"`
	Name          string
}

func bunBadTx(ctx context.Context, dsn, _ string) (out []string, err error) {
	sqldb, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	db := bun.NewDB(sqldb, pgdialect.New())
	err = db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model((*bunOrder)(nil)).Column("name").Scan(ctx, &out)
	})
	return out, err
}

// bun writes the value into the text, so that SET takes it.
func bunFixedRunInTx(ctx context.Context, dsn, tenant string) (out []string, err error) {
	sqldb, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	db := bun.NewDB(sqldb, pgdialect.New())
	err = db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "SET LOCAL app.tenant_id = ?", tenant); err != nil {
			return err
		}
		return tx.NewSelect().Model((*bunOrder)(nil)).Column("name").Scan(ctx, &out)
	})
	return out, err
}

type pgOrder struct {
	tableName struct{} `pg:"orders"`
	Name      string
}

// options reads what go-pg's own reader of connection strings refuses.
func options(dsn string) (*pg.Options, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	network, address := pgconn.NetworkAddress(c.Host, c.Port)
	return &pg.Options{Network: network, Addr: address, User: c.User, Password: c.Password, Database: c.Database}, nil
}

// A connection of the pool has no context.
func gopgBadConn(_ context.Context, dsn, _ string) (out []string, err error) {
	opt, err := options(dsn)
	if err != nil {
		return nil, err
	}
	db := pg.Connect(opt)
	conn := db.Conn()
	defer conn.Close()
	err = conn.Model((*pgOrder)(nil)).Column("name").Select(&out)
	return out, err
}

// What Begin returns on a transaction is the same transaction.
func gopgFixedBegin(ctx context.Context, dsn, tenant string) (out []string, err error) {
	opt, err := options(dsn)
	if err != nil {
		return nil, err
	}
	db := pg.Connect(opt)
	err = db.RunInTransaction(ctx, func(tx *pg.Tx) error {
		if _, err := tx.Exec("SET LOCAL app.tenant_id = ?", tenant); err != nil {
			return err
		}
		same, err := tx.Begin()
		if err != nil {
			return err
		}
		return same.Model((*pgOrder)(nil)).Column("name").Select(&out)
	})
	return out, err
}

func goquBadTx(ctx context.Context, dsn, _ string) (out []string, err error) {
	sqldb, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	db := goqu.New("postgres", sqldb)
	err = db.WithTx(func(tx *goqu.TxDatabase) error {
		return tx.From("orders").Select("name").ScanValsContext(ctx, &out)
	})
	return out, err
}

func goquFixedWithTx(ctx context.Context, dsn, tenant string) (out []string, err error) {
	sqldb, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	db := goqu.New("postgres", sqldb)
	err = db.WithTx(func(tx *goqu.TxDatabase) error {
		if _, err := tx.ExecContext(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
			return err
		}
		return tx.From("orders").Select("name").ScanValsContext(ctx, &out)
	})
	return out, err
}
