package credential

import (
	"net/netip"
	"strings"
)

// bypassLogin reports whether a login is known not to be subject to row-level
// security on the host. A login on the developer's own machine or in a
// container network is a development default and not meant. The login postgres
// says nothing outside of Supabase: on RDS it lacks the attribute.
func bypassLogin(login, host string) bool {
	if isLocal(host) {
		return false
	}
	role, ref, pooled := strings.Cut(strings.ToLower(login), ".")
	switch role {
	case "supabase_admin", "service_role", "neondb_owner":
		return true
	case "postgres":
		// Supabase's pooler wants the project in the login: postgres.<ref>.
		return isSupabase(host) || pooled && ref != ""
	}
	return false
}

func isSupabase(host string) bool {
	for _, domain := range []string{".supabase.co", ".supabase.com", ".supabase.net", ".supabase.in", ".supabase.red"} {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}

// isLocal reports whether a host is this machine, a private address, or a
// single label such as db, which only a container network resolves. A hole is
// not local.
func isLocal(host string) bool {
	if isHole(host) {
		return false
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback() || addr.IsPrivate() || addr.IsUnspecified()
	}
	return !strings.Contains(host, ".") ||
		strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") && strings.HasPrefix(host, "host.docker.")
}
