package proof

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
)

const shopDir = "../../examples/shop"

// The shop is a program that runs, so what tenantvet says about it can be tried.
func TestShopRuns(t *testing.T) {
	s := pgserver.Need(t, server)
	texts, err := upSections(filepath.Join(shopDir, "migrations"))
	if err != nil {
		t.Fatal(err)
	}
	for slug, id := range map[string]string{"a": tenantA, "b": tenantB} {
		texts = append(texts, fmt.Sprintf(`
			INSERT INTO tenants VALUES ('%s', '%s', 'Shop', 'starter', 'AT');
			INSERT INTO api_keys VALUES (encode(sha256('key-%[2]s'), 'hex'), '%[1]s')`, id, slug))
	}
	if err := s.Prepare(t.Context(), "shop", texts...); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", ".")
	cmd.Dir = shopDir
	cmd.Env = append(os.Environ(), "SHOP_DATABASE_URL="+s.URL("shop_app", "shop"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go test in %s: %v\n%s", shopDir, err, out)
	}
}

// upSections returns the part of each goose migration that builds up.
func upSections(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var texts []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		up, _, found := strings.Cut(string(text), "-- +goose Down")
		if !found {
			return nil, fmt.Errorf("%s: no line with -- +goose Down", file)
		}
		texts = append(texts, up)
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("%s: no migrations", dir)
	}
	return texts, nil
}
