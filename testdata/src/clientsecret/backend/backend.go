// Package backend is privileged, which is an excuse on a server only.
package backend

import (
	"net/http"

	"example.com/corpus/clientsecret/config"
)

// Orders asks with the key of the whole database.
func Orders(url string) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodGet, url+"/rest/v1/orders", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("apikey", config.ServiceKey())
	return r, nil
}

// Public asks with the key for everyone.
func Public(url string) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodGet, url+"/rest/v1/orders", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("apikey", config.AnonKey())
	return r, nil
}

// A Source is what programs use in place of the functions.
type Source interface {
	Secret() string
}

// Stored is a Source.
type Stored struct{}

func (Stored) Secret() string { return config.Secret }

// Sources returns the usual one.
func Sources() Source { return Stored{} }
