// Package config isn't privileged: its reads are reported here, and nowhere else.
package config

import "os"

type Config struct {
	ServiceKey string
	Port       string
}

func Load() (*Config, error) {
	return &Config{
		ServiceKey: os.Getenv("SUPABASE_SERVICE_ROLE_KEY"), // want `reads SUPABASE_SERVICE_ROLE_KEY`
		Port:       os.Getenv("PORT"),
	}, nil
}

func ServiceKey() string {
	return os.Getenv("SUPABASE_SERVICE_KEY") // want `reads SUPABASE_SERVICE_KEY`
}
