package credential

import (
	"slices"
	"strings"
)

// EnvNames lists the usual names of the variables that hold credentials which
// bypass row-level security, sorted.
func EnvNames() []string {
	return []string{
		"SERVICE_ROLE_KEY",
		"SUPABASE_DB_URL",
		"SUPABASE_SECRET_KEY",
		"SUPABASE_SECRET_KEYS",
		"SUPABASE_SERVICE_KEY",
		"SUPABASE_SERVICE_ROLE",
		"SUPABASE_SERVICE_ROLE_KEY",
		"SUPABASE_SERVICE_ROLE_SECRET",
		"SUPABASE_SERVICE_ROLE_TOKEN",
	}
}

// IsServiceRoleEnv reports whether name is one of EnvNames, or one with a
// prefix (NEXT_PUBLIC_, APP_) or the suffix of an environment (_PROD). Only
// upper case counts: service_role_key in lower case is a column or a JSON key.
func IsServiceRoleEnv(name string) bool {
	name = trimEnvironment(name)
	for _, base := range EnvNames() {
		prefix, ok := strings.CutSuffix(name, base)
		if !ok {
			continue
		}
		if prefix == "" || strings.HasPrefix(base, "SUPABASE_") && strings.HasSuffix(prefix, "_") && isEnvName(prefix) {
			return true
		}
		// SERVICE_ROLE_KEY alone may be the role of any service.
		if base == "SERVICE_ROLE_KEY" && slices.Contains(genericPrefixes(), prefix) {
			return true
		}
	}
	return false
}

// SuggestsServiceRole reports whether a variable's name speaks of a service role
// without being one of the usual ones: what its value is used for decides.
func SuggestsServiceRole(name string) bool {
	return isEnvName(name) && (strings.Contains(name, "SERVICE_ROLE") || strings.Contains(name, "SERVICE_KEY"))
}

func genericPrefixes() []string {
	return []string{"APP_", "DEV_", "EXPO_PUBLIC_", "LOCAL_", "NEXT_PUBLIC_", "NUXT_PUBLIC_", "PROD_", "PUBLIC_", "REACT_APP_", "SB_", "STAGING_", "SUPA_", "VITE_"}
}

func trimEnvironment(name string) string {
	for _, suffix := range []string{"_PROD", "_PRODUCTION", "_STAGING", "_STAGE", "_DEV", "_DEVELOPMENT", "_LOCAL", "_TEST", "_FILE", "_BASE64"} {
		if trimmed, ok := strings.CutSuffix(name, suffix); ok {
			return trimmed
		}
	}
	return name
}

func isEnvName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// HasToken reports whether a text may hold a credential that bypasses, or the
// name of one. It is quick, and true too often rather than too seldom.
func HasToken(text string) bool {
	lower := strings.ToLower(text)
	for _, token := range []string{"sb_secret_", "supabase", "service_role", "neondb_owner", "postgres://", "postgresql://", ".ey", ".ew", "user="} {
		if strings.Contains(lower, token) {
			return true
		}
	}
	return false
}
