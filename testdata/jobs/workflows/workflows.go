// Package workflows has what a Temporal worker runs, which tells others what to run.
package workflows

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"example.com/jobs/activities"
	"example.com/jobs/tenantdb"
)

var pool *pgxpool.Pool

// Register hands all of them to the worker.
func Register(w worker.Worker) {
	w.RegisterWorkflow(Close)
	w.RegisterWorkflow(CloseFor)
	w.RegisterWorkflowWithOptions(Late, workflow.RegisterOptions{Name: "late"})
	w.RegisterWorkflow(Orders)
	w.RegisterWorkflow(Nightly)
	w.RegisterActivity(bare)
}

// Input says which invoice it is about.
type Input struct{ InvoiceID string } // want `job payload Input names no tenant, and its worker runs DELETE on invoices without the tenant's context`

// Close does the work in a side effect.
func Close(ctx workflow.Context, in Input) error {
	workflow.SideEffect(ctx, func(workflow.Context) any {
		_, err := pool.Exec(context.Background(), "DELETE FROM invoices WHERE id = $1", in.InvoiceID) // want `DELETE on invoices runs on the pool`
		return err
	})
	return nil
}

// InputFor says whose it is.
type InputFor struct{ TenantID, InvoiceID string }

// CloseFor works for the tenant of its input.
func CloseFor(ctx workflow.Context, in InputFor) error {
	workflow.SideEffect(ctx, func(workflow.Context) any {
		return tenantdb.WithTenant(context.Background(), pool, in.TenantID, func(tx pgx.Tx) error {
			return tenantdb.RemindOn(context.Background(), tx, in.InvoiceID)
		})
	})
	return nil
}

// Late knows the tenant, too.
func Late(ctx workflow.Context, in InputFor) error { // want `job payload InputFor names a tenant, and its worker, which runs DELETE on invoices, never sets the tenant's context from it`
	workflow.SideEffect(ctx, func(workflow.Context) any {
		_, err := pool.Exec(context.Background(), "DELETE FROM invoices WHERE id = $1", in.InvoiceID) // want `DELETE on invoices runs on the pool`
		return err
	})
	return nil
}

// Orders tells others what to do: they are judged by what they get. A local activity
// is not registered anywhere.
func Orders(ctx workflow.Context, in string) error {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{ScheduleToCloseTimeout: time.Minute})
	var a *activities.Activities
	if err := workflow.ExecuteActivity(ctx, a.Remind, activities.Reminder{InvoiceID: in}).Get(ctx, nil); err != nil {
		return err
	}
	return workflow.ExecuteLocalActivity(ctx, local, Order{ID: in}).Get(ctx, nil)
}

// Order is what the local activity gets.
type Order struct{ ID string } // want `job payload Order names no tenant, and its worker runs UPDATE on invoices`

func local(ctx context.Context, o Order) error {
	_, err := pool.Exec(ctx, "UPDATE invoices SET reminded = now() WHERE id = $1", o.ID) // want `UPDATE on invoices runs on the pool`
	return err
}

// Nightly is about nobody in particular.
func Nightly(ctx workflow.Context) error { return nil }

// Bare has no context, which activities may leave out.
type Bare struct{ ID string } // want `job payload Bare names no tenant, and its worker runs DELETE on invoices`

func bare(b Bare) error {
	_, err := pool.Exec(context.Background(), "DELETE FROM invoices WHERE id = $1", b.ID) // want `DELETE on invoices runs on the pool`
	return err
}
