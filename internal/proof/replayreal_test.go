package proof

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/proof/pgserver"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

var replayRepositories = flag.String("replay.repositories", "", "directory of checked-out repositories, owner__name, whose migrations are replayed")

// The replay of the migrations of real programs gives what a server has after it
// ran them. They are not ours to copy: the flag says where they are checked out.
func TestReplayOfRepositories(t *testing.T) {
	if *replayRepositories == "" {
		t.Skip("no -replay.repositories")
	}
	pgserver.Need(t, server)
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	total := 0
	for _, r := range repositories() {
		t.Run(r.repo+"/"+r.dir, func(t *testing.T) {
			root := filepath.Join(*replayRepositories, strings.ReplaceAll(r.repo, "/", "__"))
			if _, err := os.Stat(root); err != nil {
				t.Skip("not checked out: ", err)
			}
			m, err := r.read(root)
			if err != nil {
				t.Fatal(err)
			}
			facts := m.check(t, s)
			t.Logf("%d files, %d facts, %d of them unequal for a reason", len(m.files), facts, len(r.unequal))
			if facts < r.facts {
				t.Errorf("%d facts, but there were %d at %s", facts, r.facts, r.commit)
			}
			total += facts
		})
	}
	t.Logf("%d facts in all", total)
}

// A repository is a folder of migrations of a real program.
type repository struct {
	repo, commit, dir string
	facts             int    // that its server has, at least
	prelude           string // what the operator has made before
	session           string // what the connection string sets
	unequal           map[string]string
}

func (r repository) read(root string) (migrations, error) {
	m := migrations{name: r.repo, prelude: r.prelude, unequal: map[string]string{}}
	for line, reason := range r.unequal {
		m.unequal[line] = reason
	}
	return m, filepath.WalkDir(filepath.Join(root, r.dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".go" { // of which only a program can tell the statements
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		m.files = append(m.files, schema.File{Path: filepath.ToSlash(rel), SQL: r.session + string(text)})
		return err
	})
}
