package driver_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNoCredentialIsPrinted runs the tool over programs that are full of
// credentials, in every form of output: none may show a piece of one.
func TestNoCredentialIsPrinted(t *testing.T) {
	if tool == "" {
		t.Skip("needs the built program; -short leaves it out")
	}
	corpus, err := filepath.Abs("../../testdata/src")
	if err != nil {
		t.Fatal(err)
	}
	secrets := credentialsIn(t, filepath.Join(corpus, "servicerole"), filepath.Join(corpus, "bypassrole"))
	if len(secrets) < 5 {
		t.Fatalf("the corpus has only %d credentials", len(secrets))
	}
	packages := []string{"./servicerole", "./bypassrole"}
	for name, args := range map[string][]string{
		"text":   {tool},
		"json":   {tool, "-format", "json"},
		"strict": {tool, "-strict", "-tests"},
		"vet":    {"go", "vet", "-vettool=" + tool},
		"fixes":  {"go", "vet", "-vettool=" + tool, "-json"},
	} {
		out := run(t, corpus, args[0], append(args[1:], packages...)...)
		if !strings.Contains(out.stdout+out.stderr, "SUPABASE_SERVICE_ROLE_KEY") {
			t.Errorf("%s: found nothing: %s", name, out.stderr)
		}
		for _, secret := range secrets {
			if strings.Contains(out.stdout, secret) || strings.Contains(out.stderr, secret) {
				t.Errorf("%s: shows the credential that ends in %q", name, secret[len(secret)-4:])
			}
		}
	}
}

// credentialsIn lists the parts of credentials in the files of directories: the
// passwords of connection strings, and what keys and tokens are made of.
func credentialsIn(t *testing.T, dirs ...string) []string {
	t.Helper()
	password := regexp.MustCompile(`://[^:/\s"]+:([^@%\s"]{6,})@[\w.-]*\.(?:co|com|tech)\b`)
	piece := regexp.MustCompile(`sb_secret_(\w{16,})|"(eyJ[\w-]{16,})"|[."](ey[\w-]{16,})|\.([\w-]{40,})`)
	var out []string
	for _, dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			for _, re := range []*regexp.Regexp{password, piece} {
				for _, m := range re.FindAllStringSubmatch(string(data), -1) {
					for _, group := range m[1:] {
						if group != "" {
							out = append(out, group)
						}
					}
				}
			}
		}
	}
	return out
}
