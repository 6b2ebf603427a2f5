package credential

import (
	"regexp"
	"strings"
	"sync"
)

// assignment is a line of a .env, YAML, TOML or JSON file that gives a name a value.
var assignment = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|[{,])[\s-]*(?:export\s+)?["']?([A-Za-z][A-Za-z0-9_.-]*)["']?\s*[:=]\s*["']?([^\s"',}#]+)`)
})

// InFile finds a credential that bypasses row-level security in a file of
// settings and names it: by the variable that holds it, or by its kind.
func InFile(text string) (what string, ok bool) {
	for _, at := range assignment().FindAllStringSubmatch(text, -1) {
		name := strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(at[1]))
		if IsServiceRoleEnv(name) && isSecret(at[2]) {
			return name, true
		}
	}
	for _, m := range Find(text) {
		if m.Bypass {
			return string(m.Kind), true
		}
	}
	return "", false
}

// isSecret tells a value that may be a key from a reference to one and from a
// stand-in. The key of every local stack opens nothing.
func isSecret(value string) bool {
	for _, m := range Find(value) {
		return m.Bypass
	}
	return !isHole(value) && !strings.ContainsAny(value, "$<>{}[]") && isRandom(value)
}
