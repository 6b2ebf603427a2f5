// Package ids takes from contexts what others put there, who knows when.
package ids

import (
	"context"
	"net/http"
)

// From returns the id of the request's transaction, "" if there is none.
func From(ctx context.Context) string {
	id, _ := ctx.Value(http.ServerContextKey).(string)
	return id
}
