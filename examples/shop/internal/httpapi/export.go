package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"example.com/shop/internal/tenant"
)

// exportLink answers with a link that spreadsheets can open without a key.
func (s *Server) exportLink(w http.ResponseWriter, r *http.Request) {
	id, err := tenant.FromContext(r.Context())
	if err != nil {
		fail(w, r, err)
		return
	}
	expires := strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10)
	query := url.Values{"shop": {id.String()}, "expires": {expires}, "sig": {s.sign(expires)}}
	respond(w, map[string]string{"url": "/export.csv?" + query.Encode()})
}

func (s *Server) sign(expires string) string {
	mac := hmac.New(sha256.New, s.signKey)
	mac.Write([]byte(expires))
	return hex.EncodeToString(mac.Sum(nil))
}

func (s *Server) exportOrders(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	query := r.URL.Query()
	shop, expires := query.Get("shop"), query.Get("expires")
	if !hmac.Equal([]byte(query.Get("sig")), []byte(s.sign(expires))) {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	if until, err := strconv.ParseInt(expires, 10, 64); err != nil || time.Now().Unix() > until {
		http.Error(w, "link has expired", http.StatusGone)
		return
	}

	// One snapshot for the whole export.
	tx, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		fail(w, r, err)
		return
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", shop)); err != nil {
		fail(w, r, err)
		return
	}
	rows, err := tx.Query(ctx, "SELECT id, status, total_cents, created_at FROM orders ORDER BY created_at")
	if err != nil {
		fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv")
	out := csv.NewWriter(w)
	defer out.Flush()
	for rows.Next() {
		var (
			id      uuid.UUID
			status  string
			cents   int64
			created time.Time
		)
		if err := rows.Scan(&id, &status, &cents, &created); err != nil {
			return
		}
		out.Write([]string{id.String(), status, strconv.FormatInt(cents, 10), created.Format(time.RFC3339)})
	}
}
