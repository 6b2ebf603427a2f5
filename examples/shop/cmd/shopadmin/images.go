package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// images counts all shops' images, which takes the service role.
func images(ctx context.Context) error {
	url := os.Getenv("SUPABASE_URL") + "/storage/v1/object/list/product-images"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(`{"prefix": ""}`))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("SUPABASE_SERVICE_ROLE_KEY"))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var list []json.RawMessage
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
		return err
	}
	fmt.Println(len(list), "images")
	return nil
}
