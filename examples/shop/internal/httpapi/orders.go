package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/db"
	"example.com/shop/internal/tenant"
)

func (s *Server) listOrders(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	var orders []db.ListOrdersRow
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		orders, err = s.queries.WithTx(tx).ListOrders(ctx, 100)
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, orders)
}

func (s *Server) getOrder(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	orderID, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		http.Error(w, "bad order id", http.StatusBadRequest)
		return
	}
	var order db.GetOrderRow
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		order, err = db.New(tx).GetOrder(ctx, orderID)
		return err
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	respond(w, order)
}

type orderRequest struct {
	CustomerID uuid.UUID `json:"customer_id"`
	Items      []struct {
		ProductID uuid.UUID `json:"product_id"`
		Quantity  int32     `json:"quantity"`
	} `json:"items"`
}

func (s *Server) createOrder(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	id, err := tenant.FromContext(ctx)
	if err != nil {
		fail(w, r, err)
		return
	}
	var req orderRequest
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	var orderID uuid.UUID
	err = tenant.WithTenant(ctx, s.pool, id, func(ctx context.Context, tx pgx.Tx) error {
		q := s.queries.WithTx(tx)
		orderID, err = q.CreateOrder(ctx, req.CustomerID)
		if err != nil {
			return err
		}
		var total int64
		for _, item := range req.Items {
			product, err := q.GetProduct(ctx, item.ProductID)
			if err != nil {
				return err
			}
			taken, err := q.TakeStock(ctx, db.TakeStockParams{Quantity: item.Quantity, ID: product.ID})
			if err != nil {
				return err
			}
			if taken == 0 {
				return fmt.Errorf("product %s is out of stock", product.Sku)
			}
			err = q.AddOrderItem(ctx, db.AddOrderItemParams{
				OrderID:    orderID,
				ProductID:  product.ID,
				Quantity:   item.Quantity,
				PriceCents: product.PriceCents,
			})
			if err != nil {
				return err
			}
			total += int64(item.Quantity) * product.PriceCents
		}
		return s.queries.SetOrderTotal(ctx, db.SetOrderTotalParams{ID: orderID, TotalCents: total})
	})
	if err != nil {
		fail(w, r, err)
		return
	}
	// The queue belongs to the platform, so this needs no tenant.
	err = s.queries.EnqueueJob(ctx, db.EnqueueJobParams{TenantID: id, Kind: "invoice", OrderID: &orderID})
	if err != nil {
		fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusCreated)
	respond(w, map[string]uuid.UUID{"id": orderID})
}
