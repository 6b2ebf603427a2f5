// Package portal is what partners see of the administration.
package portal

import (
	"context"
	"net/http"
	"strconv"
)

type marketKey struct{}

// Verifier tells the market of a token, or an error.
type Verifier interface {
	Market(token string) (string, error)
}

// Scoped lets requests through whose token says which market they are for.
func Scoped(v Verifier, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claim, err := v.Market(r.Header.Get("Authorization"))
		if err != nil {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		market, err := strconv.ParseInt(claim, 10, 64)
		if err != nil {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), marketKey{}, market)))
	})
}

// Market is that of the request.
func Market(ctx context.Context) int64 {
	market, _ := ctx.Value(marketKey{}).(int64)
	return market
}
