// Package tasks works off the tasks of asynq.
package tasks

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hibiken/asynq"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/jobs/tenantdb"
)

type server struct {
	pool     *pgxpool.Pool
	invoices *tenantdb.Invoices
	store    store
}

// A store is what the server needs of invoices.
type store interface {
	Remind(ctx context.Context, id string) error
}

var _ store = (*tenantdb.Invoices)(nil)

type remindPayload struct { // want `job payload remindPayload names no tenant, and its worker runs UPDATE on invoices without the tenant's context`
	InvoiceID string `json:"invoice_id"`
}

func (s *server) remind(ctx context.Context, t *asynq.Task) error {
	var p remindPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return err
	}
	_, err := s.pool.Exec(ctx, "UPDATE invoices SET reminded = now() WHERE id = $1", p.InvoiceID) // want `UPDATE on invoices runs on the pool`
	return err
}

// The statement stands in another package.
type storedPayload struct{ ID string } // want `job payload storedPayload names no tenant, and its worker runs UPDATE on invoices`

func (s *server) stored(ctx context.Context, t *asynq.Task) error {
	var p storedPayload
	if err := json.NewDecoder(bytes.NewReader(t.Payload())).Decode(&p); err != nil {
		return err
	}
	return s.invoices.Remind(ctx, p.ID)
}

// A type instead of a function, which reads the payload elsewhere.
type handler struct{ *server }

type handledPayload struct{ ID string } // want `job payload handledPayload names no tenant, and its worker runs UPDATE on invoices`

func (h *handler) ProcessTask(ctx context.Context, t *asynq.Task) error {
	p, err := parse(t)
	if err != nil {
		return err
	}
	return h.store.Remind(ctx, p.ID)
}

func parse(t *asynq.Task) (*handledPayload, error) {
	p := new(handledPayload)
	return p, json.Unmarshal(t.Payload(), p)
}

// A function makes it, for whom the queue belongs to.
type madePayload struct{ ID string } // want `job payload madePayload names no tenant, and its worker runs UPDATE on invoices`

func (s *server) made() func(context.Context, *asynq.Task) error {
	return func(ctx context.Context, t *asynq.Task) error {
		var p madePayload
		if err := json.Unmarshal(t.Payload(), &p); err != nil {
			return err
		}
		return s.store.Remind(ctx, p.ID)
	}
}

// Right: the payload says whose it is.
type fixedPayload struct{ Owner, ID string }

func (s *server) fixed(ctx context.Context, t *asynq.Task) error {
	var p fixedPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return err
	}
	return tenantdb.WithTenant(ctx, s.pool, p.Owner, func(tx pgx.Tx) error { return tenantdb.RemindOn(ctx, tx, p.ID) })
}

// It is named, and forgotten, in another package.
type forgottenPayload struct{ TenantID, ID string }

func (s *server) forgotten(ctx context.Context, t *asynq.Task) error { // want `job payload forgottenPayload names a tenant, and its worker, which runs UPDATE on invoices, never sets the tenant's context from it`
	var p forgottenPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return err
	}
	return s.invoices.Remind(ctx, p.ID)
}

// What is in the payload is not known.
func (s *server) untold(ctx context.Context, t *asynq.Task) error {
	var p map[string]string
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return err
	}
	return s.invoices.Remind(ctx, p["id"])
}

// The function that is called sets the context for whom it finds.
type foundPayload struct{ ID string }

func (s *server) found(ctx context.Context, t *asynq.Task) error {
	var p foundPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return err
	}
	if err := s.invoices.RemindOwner(ctx, p.ID); err != nil {
		return err
	}
	return s.invoices.Remind(ctx, p.ID)
}

// Exported is handed to the queue by another package.
type Exported struct{ pool *pgxpool.Pool }

type exportedPayload struct{ ID string } // want `job payload exportedPayload names no tenant, and its worker runs DELETE on invoices`

// Handle works a task off.
func (e *Exported) Handle(ctx context.Context, t *asynq.Task) error {
	var p exportedPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return err
	}
	_, err := e.pool.Exec(ctx, "DELETE FROM invoices WHERE id = $1", p.ID) // want `DELETE on invoices runs on the pool`
	return err
}

// What a worker calls with its task is a part of it, and no other one.
func (s *server) outer(ctx context.Context, t *asynq.Task) error { return s.inner(ctx, t) }

type innerPayload struct{ ID string } // want `job payload innerPayload names no tenant, and its worker runs UPDATE on invoices`

func (s *server) inner(ctx context.Context, t *asynq.Task) error {
	var p innerPayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return err
	}
	return s.invoices.Remind(ctx, p.ID)
}

// Served has no mux.
type servedPayload struct{ ID string } // want `job payload servedPayload names no tenant, and its worker runs UPDATE on invoices`

func (s *server) serve(srv *asynq.Server) error {
	return srv.Run(asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		var p servedPayload
		if err := json.Unmarshal(t.Payload(), &p); err != nil {
			return err
		}
		return s.invoices.Remind(ctx, p.ID)
	}))
}

func (s *server) mux() *asynq.ServeMux {
	mux := asynq.NewServeMux()
	mux.HandleFunc("remind", s.remind)
	mux.HandleFunc("stored", s.stored)
	mux.Handle("fixed", asynq.HandlerFunc(s.fixed))
	mux.HandleFunc("forgotten", s.forgotten)
	mux.HandleFunc("untold", s.untold)
	mux.HandleFunc("outer", s.outer)
	mux.HandleFunc("found", s.found)
	mux.Handle("handled", &handler{s})
	return mux
}
