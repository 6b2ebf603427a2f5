package evidence

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An Embed is a pattern of a //go:embed comment.
type Embed struct {
	Dir     string // of the package, relative to the module's root
	Pattern string
}

const embedComment = "//go:embed "

// embeds reads the patterns of a Go file's //go:embed comments.
func embeds(src string) []string {
	if !strings.Contains(src, embedComment) {
		return nil
	}
	var out []string
	for line := range strings.Lines(src) {
		if rest, ok := strings.CutPrefix(line, embedComment); ok {
			for _, p := range strings.Fields(rest) {
				out = append(out, strings.TrimPrefix(strings.Trim(p, "\"`"), "all:"))
			}
		}
	}
	return out
}

func (l *loader) embeds() []Embed {
	var out []Embed
	for _, f := range l.tree.goFiles {
		for _, pattern := range l.index.get(f).Go.Embeds {
			out = append(out, Embed{path.Dir(f.rel), pattern})
		}
	}
	slices.SortFunc(out, func(a, b Embed) int { return cmp.Or(cmp.Compare(a.Dir, b.Dir), cmp.Compare(a.Pattern, b.Pattern)) })
	return slices.Compact(out)
}

// maxEmbed is far beyond the files whose text the analyzers read.
const maxEmbed = 1 << 20

// Embedded identifies the content of what the module's packages embed. The go
// command keys its cache by it; other drivers know nothing of such files.
func (m *Module) Embedded() string {
	h := sha256.New()
	for _, e := range m.Embeds {
		dir := filepath.Join(m.Root, filepath.FromSlash(e.Dir))
		matches, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(e.Pattern)))
		for _, match := range matches {
			_ = filepath.WalkDir(match, func(name string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return nil //nolint:nilerr // what can't be read is not embedded
				}
				rel, _ := filepath.Rel(m.Root, name)
				info, err := d.Info()
				if err != nil {
					return nil //nolint:nilerr // gone
				}
				fmt.Fprintf(h, "%q %d ", filepath.ToSlash(rel), info.Size())
				if info.Size() <= maxEmbed {
					data, _ := os.ReadFile(name)
					fmt.Fprintf(h, "%x", sha256.Sum256(data))
				}
				fmt.Fprintln(h)
				return nil
			})
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
