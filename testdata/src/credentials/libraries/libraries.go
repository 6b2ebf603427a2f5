// Package libraries reads credentials through configuration libraries.
package libraries

import (
	"github.com/joho/godotenv"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/viper"
	"github.com/urfave/cli/v3"
)

// Bad: keys of a configuration store are the variables in lower case.
func Viper() string {
	return viper.GetString("supabase.service_role_key") // want `reads SUPABASE_SERVICE_ROLE_KEY`
}

func ViperInstance(v *viper.Viper) (string, error) {
	if err := v.BindEnv("key", "SUPABASE_SECRET_KEY"); err != nil { // want `reads SUPABASE_SECRET_KEY`
		return "", err
	}
	return v.GetString("key"), nil
}

func Koanf(k *koanf.Koanf) string {
	return k.String("supabase-db-url") // want `reads SUPABASE_DB_URL`
}

func Dotenv() (string, error) {
	env, err := godotenv.Read(".env.local")
	if err != nil {
		return "", err
	}
	return env["SUPABASE_SERVICE_ROLE_KEY"], nil // want `reads SUPABASE_SERVICE_ROLE_KEY`
}

func Flag() *cli.StringFlag {
	return &cli.StringFlag{
		Name:    "key",
		Sources: cli.EnvVars("KEY", "SUPABASE_SERVICE_ROLE_KEY"), // want `reads SUPABASE_SERVICE_ROLE_KEY`
	}
}

// Other keys, and other maps.
func Others(v *viper.Viper, labels map[string]string) []string {
	return []string{v.GetString("supabase.anon_key"), viper.GetString("service_role"), labels["SUPABASE_SERVICE_ROLE_KEY"]}
}
