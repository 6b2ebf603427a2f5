package main

import (
	"context"
	"net/http"
	"strings"
)

// feedback sends what a teacher has to say to the sync function.
func feedback(ctx context.Context, server, token, text string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/feedback", strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return http.DefaultClient.Do(req)
}
