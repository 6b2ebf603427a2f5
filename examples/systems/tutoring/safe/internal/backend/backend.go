// Package backend talks to the server.
package backend

import (
	"context"
	"net/http"
)

// Sync sends what has changed while the program was offline. The token is good for
// nothing else, and can be revoked.
func Sync(ctx context.Context, server, token string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/sync", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return http.DefaultClient.Do(req)
}
