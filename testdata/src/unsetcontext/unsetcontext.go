// Package unsetcontext sets what no policy reads, and more.
package unsetcontext

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Bad: the policies were changed, the code was not.
func Renamed(ctx context.Context, tx pgx.Tx, tenant string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant', $1, true)", tenant) // want `app.tenant is set, but nothing reads it: the policies read app.tenant_id and app.region_code`
	return err
}

// Bad: a letter is missing.
func Misspelt(ctx context.Context, tx pgx.Tx, region string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.regioncode', $1, true)", region) // want `app.regioncode is set, but nothing reads it`
	return err
}

// Silent: these are what the policies read.
func Right(ctx context.Context, tx pgx.Tx, tenant, region string) error {
	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "SELECT set_config('app.region_code', $1, true)", region)
	return err
}

// Silent: a trigger reads it.
func Account(ctx context.Context, tx pgx.Tx, account string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.account_name', $1, true)", account)
	return err
}

// Silent: the program reads it itself.
func Company(ctx context.Context, tx pgx.Tx, company string) (string, error) {
	if _, err := tx.Exec(ctx, "SELECT set_config('app.company', $1, true)", company); err != nil {
		return "", err
	}
	var back string
	err := tx.QueryRow(ctx, "SELECT current_setting('app.company', true)").Scan(&back)
	return back, err
}

// Silent: for whoever looks at the session; it is named like nothing that a
// policy reads.
func Request(ctx context.Context, tx pgx.Tx, request string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.request', $1, true)", request)
	return err
}

// Silent: what the policies read is set as well.
func Both(ctx context.Context, tx pgx.Tx, tenant string) error {
	if _, err := tx.Exec(ctx, "SELECT set_config('app.workspace', $1, true)", tenant); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenant)
	return err
}

// Bad: one of several is misspelt, and nothing sets what it should be.
func Several(ctx context.Context, tx pgx.Tx, tenant, zone string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true), set_config('app.zones_code', $2, true)", tenant, zone) // want `app.zones_code is set, but nothing reads it`
	return err
}

// Silent: of two spellings that are set, one is right.
func Spellings(ctx context.Context, tx pgx.Tx, tenant, region string) error {
	_, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true), set_config('app.regions_code', $2, true), set_config('app.region_code', $2, true)", tenant, region)
	return err
}
