// Package media keeps product images in the project's Supabase storage.
package media

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/google/uuid"
)

const bucket = "product-images"

// A Store uploads images.
type Store struct {
	url, key string
	client   *http.Client
}

// FromEnv returns a Store for the project that the environment names.
func FromEnv() *Store {
	return &Store{
		url:    os.Getenv("SUPABASE_URL"),
		key:    os.Getenv("SUPABASE_SERVICE_ROLE_KEY"),
		client: http.DefaultClient,
	}
}

// PublicURL is where browsers find the image of a product. They use the
// project's publishable key.
func PublicURL(shop, product uuid.UUID) string {
	return fmt.Sprintf("%s/storage/v1/object/public/%s/%s/%s?apikey=%s",
		os.Getenv("SUPABASE_URL"), bucket, shop, product, os.Getenv("SUPABASE_ANON_KEY"))
}

// Put stores the image of a product.
func (s *Store) Put(ctx context.Context, shop, product uuid.UUID, image io.Reader) error {
	url := fmt.Sprintf("%s/storage/v1/object/%s/%s/%s", s.url, bucket, shop, product)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, image)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	req.Header.Set("x-upsert", "true")
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("storing image: %s", res.Status)
	}
	return nil
}
