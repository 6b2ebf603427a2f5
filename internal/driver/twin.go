package driver

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"
)

// go vet ./... asks twice about a package that has tests: by itself, for those
// that import it, and together with its tests, for what is wrong in it. As long as
// nobody wants to hear about tests, that is one question, and half of the time of
// a cold run. So the unit that comes first leaves a note where its answer will
// stand, in the go command's temporary directory, and holds a lock for as long as
// it works; its twin waits for the lock and copies the answer. Where anything is
// in the way (another build system, a crash, other imports), it works itself.

// leaveTests leaves the test files out of the unit, unless the configuration wants
// them looked at: nothing is reported in them, and what only they do must not
// decide about the program.
func (u *unit) leaveTests() error {
	program := slices.DeleteFunc(slices.Clone(u.GoFiles), isTest)
	if !u.Own() || len(program) == len(u.GoFiles) {
		return nil
	}
	m, err := u.evidence()("")
	if err == nil && m != nil && !m.Config.Tests {
		u.program = program
	}
	return err
}

func isTest(file string) bool { return strings.HasSuffix(file, "_test.go") }

// A twin is where a unit's answer stands, and what it was found by.
type twin struct {
	ImportMap, PackageFile, PackageVetx map[string]string
	VetxOutput, Stdout                  string
}

// share answers the unit as its twin was, and reports whether it did. If the unit
// is the first of the two, it is made to say all that the other may be asked.
//
// The lock is never let go: the end of the process does it, and no sooner is the
// answer whole.
func (u *unit) share(args []string) (answered bool, lock *flock.Flock) {
	build := filepath.Dir(filepath.Dir(u.file))
	if !u.json || u.fix || u.Stdout == "" || !strings.HasPrefix(filepath.Base(build), "go-build") ||
		len(u.program) == len(u.GoFiles) && !(u.factsOnly && u.Own() && u.hasTests()) {
		return false, nil
	}
	note := filepath.Join(build, "tenantvet-"+u.question(args))
	lock = flock.New(note + ".lock")
	if err := lock.Lock(); err != nil {
		return false, nil
	}
	own := twin{u.ImportMap, u.PackageFile, u.PackageVetx, u.VetxOutput, u.Stdout}
	if data, err := os.ReadFile(note); err == nil {
		var other twin
		return json.Unmarshal(data, &other) == nil && own.sees(other) && u.answerAs(other) == nil, lock
	}
	if u.unshown {
		own.Stdout = filepath.Join(filepath.Dir(u.file), "tenantvet.said")
	}
	data, err := json.Marshal(own)
	if err != nil || os.WriteFile(note, data, 0o666) != nil {
		return false, lock
	}
	if u.unshown {
		// As the go command finds it where facts only are wanted.
		if os.WriteFile(u.Stdout, nil, 0o666) != nil {
			return false, lock
		}
		u.Stdout, u.VetxOnly = own.Stdout, false
	}
	return false, lock
}

// question is the same for units that are asked the same, but for their imports:
// those of tests are listed with a package's own.
func (u *unit) question(args []string) string {
	asked := fmt.Sprintf("%q", []any{args[:len(args)-1], u.ImportPath, u.Compiler, u.GoVersion, u.program, u.NonGoFiles, u.IgnoredFiles})
	return fmt.Sprintf("%x", sha256.Sum256([]byte(asked)))[:32]
}

// sees reports whether two units find the same packages behind their imports, as
// far as the one with fewer of them goes.
func (t twin) sees(other twin) bool {
	agree := func(a, b map[string]string) bool {
		if len(a) > len(b) {
			a, b = b, a
		}
		for path, file := range a {
			if b[path] != file {
				return false
			}
		}
		return true
	}
	return agree(t.ImportMap, other.ImportMap) && agree(t.PackageFile, other.PackageFile) && agree(t.PackageVetx, other.PackageVetx)
}

// answerAs gives the answer of a unit that has ended.
func (u *unit) answerAs(other twin) error {
	data, err := os.ReadFile(other.Stdout)
	if err != nil {
		return err
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(data, &said); err != nil {
		return err
	}
	facts, err := os.ReadFile(other.VetxOutput)
	if err != nil {
		return err
	}
	var answer []byte
	if !u.unshown {
		own := map[string]json.RawMessage{}
		for _, rules := range said { // of one unit
			own[u.ID] = rules
		}
		if answer, err = json.Marshal(own); err != nil {
			return err
		}
	}
	if err := os.WriteFile(u.Stdout, answer, 0o666); err != nil {
		return err
	}
	return os.WriteFile(u.VetxOutput, facts, 0o666)
}
