package main

import (
	"context"
	"net/http"
	"os"
	"strings"
)

// feedback sends what a teacher has to say straight to the database's interface.
func feedback(ctx context.Context, server, text string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server+"/rest/v1/feedback", strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("apikey", os.Getenv("SUPABASE_SECRET_KEY"))
	return http.DefaultClient.Do(req)
}
