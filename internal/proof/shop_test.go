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

// The leaks that were planted in the shop do what LEAKS.md says, on a server,
// and are gone when its fixes are applied. The shop's own tests show it.
func TestShopRuns(t *testing.T) {
	s := pgserver.Need(t, server)
	run := func(t *testing.T, dir, template string, env ...string) {
		texts, err := upSections(filepath.Join(dir, "migrations"))
		if err != nil {
			t.Fatal(err)
		}
		for n, slug := range []string{"a", "b", "c", "d"} {
			texts = append(texts, fmt.Sprintf(`
				INSERT INTO tenants VALUES ('00000000-0000-4000-8000-%012d', '%s', 'Shop', 'starter', 'AT');
				INSERT INTO api_keys VALUES (encode(sha256('key-%[2]s'), 'hex'), '00000000-0000-4000-8000-%012[1]d')`, n, slug))
		}
		if err := s.Prepare(t.Context(), template, texts...); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", ".")
		cmd.Dir = dir
		cmd.Env = append(append(os.Environ(), "SHOP_DATABASE_URL="+s.URL("shop_app", s.Clone(t, template))), env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go test in the shop: %v\n%s", err, out)
		}
	}
	t.Run("planted", func(t *testing.T) { run(t, shopDir, "shop") })
	t.Run("fixed", func(t *testing.T) { run(t, fixedShop(t), "shopfixed", "SHOP_FIXED=1") })
}

// fixedShop returns a copy of the shop to which its fixes were applied.
func fixedShop(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(shopDir)); err != nil {
		t.Fatal(err)
	}
	for _, l := range readLeaks(t) {
		patch, err := filepath.Abs(filepath.Join(shopDir, "fixes", l.rule+".patch"))
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("git", "apply", patch)
		cmd.Dir = dir
		// Were it below a repository, git would take that one's root for the paths' root.
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("applying %s: %v\n%s", patch, err, out)
		}
	}
	return dir
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
