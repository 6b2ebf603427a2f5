package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tenantvet/tenantvet/internal/config"
)

// formatVersion changes when the meaning of what is stored does.
const formatVersion = "16"

// Refresh gathers the evidence of the module at root as it is now, and leaves
// it where [Load] finds it. toolID names the running binary: another one's
// evidence is never used. What can't be read is in Module.Problems; the error
// is for a root that holds no module.
func Refresh(root, toolID string) (*Module, error) { return RefreshWith(root, toolID, nil) }

// RefreshWith is [Refresh] with a configuration that takes the place of the
// module's own file, unless it is nil. It is an error if there are both.
func RefreshWith(root, toolID string, given *config.Config) (*Module, error) {
	store := openStore(root, toolID)
	ix := store.readIndex(toolID)
	l, err := gather(root, ix, given, false)
	if err != nil {
		return nil, err
	}
	inputs := l.inputs(toolID)
	m := store.readModule(inputs)
	if m == nil {
		m = l.build()
		m.judge()
		for i := range m.Schemas {
			m.Schemas[i].Model, m.Schemas[i].Replayed = m.Schemas[i].Model.Lean(), nil
		}
		m.Digest = digest(m)
		if !l.stale {
			store.writeModule(inputs, m)
		}
	}
	store.writeIndex(toolID, ix)
	if given == nil {
		store.writeHead(head{Tool: toolID, Inputs: inputs})
	}
	m.place(l.root)
	return m, nil
}

// Full gathers the evidence of the module at root, or of a directory that is none,
// with all that the schemas' replay knows: histories, grants, bodies. Units, which
// load what [Refresh] left, have no use for that, and it is several times as
// large; so it is made anew.
func Full(root, toolID string) (*Module, error) {
	l, err := gather(root, openStore(root, toolID).readIndex(toolID), nil, true)
	if err != nil {
		return nil, err
	}
	m := l.build()
	m.place(l.root)
	return m, nil
}

// place fills in what depends on where the module is rather than on what it is.
func (m *Module) place(root string) {
	m.Root = root
	roots, err := Workspace(root)
	m.Alone = err == nil && len(roots) <= 1
}

// Load returns the evidence that the last Refresh left, without looking at the
// module's files again; it refreshes when there is none. go vet asks for the
// tool's version, which refreshes, before it starts the units, which load.
func Load(root, toolID string) (*Module, error) {
	store := openStore(root, toolID)
	if h, ok := store.readHead(); ok && h.Tool == toolID {
		if m := store.readModule(h.Inputs); m != nil {
			m.place(store.root)
			return m, nil
		}
	}
	return Refresh(root, toolID)
}

// inputs identifies everything that the module's evidence is made from.
func (l *loader) inputs(toolID string) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	put := func(v any) { _ = enc.Encode(v) } // a hash does not fail, and these are plain data
	put([]string{formatVersion, toolID, l.module.Path})
	put(l.module.Config)
	put(l.module.Problems)
	put(l.module.Hooks)
	put(l.module.Injections)
	put(l.module.Bare)
	put(l.module.Setters)
	put(l.setsSome())
	put(l.module.Main)
	put(l.module.Clients)
	put(l.module.OtherDrivers)
	put(l.module.Requires)
	put(l.module.Embeds)
	put(l.tree.links)
	put(l.tree.problems)
	for _, files := range [][]fileInfo{l.tree.sql, l.tree.marks, l.tree.sqlc, l.outside, l.chosen} {
		put(len(files))
		for _, f := range files {
			e := l.index.get(f)
			put([]any{f.rel, e.Sum, e.Size > maxFile, e.Err})
		}
	}
	for _, f := range l.tree.goFiles {
		if g := l.index.get(f).Go; g.DDL != "" || len(g.Settings) > 0 || len(g.Reads) > 0 {
			put([]any{f.rel, g.DDL, g.Settings, g.Reads})
		}
	}
	if len(l.setupDirs()) > 0 { // what other files call and hold counts as well
		for _, f := range l.tree.goFiles {
			put([]any{f.rel, l.index.get(f).Sum})
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// digest identifies the evidence itself. It knows no path of this machine.
func digest(m *Module) string {
	plain := *m
	plain.Root, plain.Alone, plain.Embeds, plain.Digest = "", false, nil, ""
	h := sha256.New()
	_ = json.NewEncoder(h).Encode(plain)
	return hex.EncodeToString(h.Sum(nil))
}

// A store is the module's part of the user's cache. Without a cache directory
// it keeps nothing, and everything is gathered anew each time.
type store struct {
	dir  string // "" without a cache
	root string
	key  string
}

// A head says which module entry is the current one of a root.
type head struct{ Tool, Inputs string }

// openStore returns a tool's part for a module: an editor and the command line,
// which are different programs, run side by side.
func openStore(root, toolID string) store {
	if abs, err := filepath.Abs(root); err == nil {
		root = abs
	}
	sum := sha256.Sum256([]byte(root + "\x00" + toolID))
	s := store{root: root, key: hex.EncodeToString(sum[:12])}
	if dir, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(dir, "tenantvet")
		if os.MkdirAll(dir, 0o700) == nil {
			s.dir = dir
		}
	}
	return s
}

func (s store) path(name string) string { return filepath.Join(s.dir, name) }

// readGob decodes a file; false when it is missing or damaged.
func (s store) readGob(name string, v any) bool {
	if s.dir == "" {
		return false
	}
	data, err := os.ReadFile(s.path(name))
	if err != nil || len(data) < sha256.Size {
		return false
	}
	sum := sha256.Sum256(data[sha256.Size:])
	if !bytes.Equal(sum[:], data[:sha256.Size]) {
		return false
	}
	return gob.NewDecoder(bytes.NewReader(data[sha256.Size:])).Decode(v) == nil
}

// writeGob replaces a file at once, so that other processes see the old or the
// new one. A cache that can't be written is no error.
func (s store) writeGob(name string, v any) {
	if s.dir == "" {
		return
	}
	var b bytes.Buffer
	b.Write(make([]byte, sha256.Size))
	if gob.NewEncoder(&b).Encode(v) != nil {
		return
	}
	sum := sha256.Sum256(b.Bytes()[sha256.Size:])
	copy(b.Bytes(), sum[:])
	tmp, err := os.CreateTemp(s.dir, "tmp-*")
	if err != nil {
		return
	}
	_, err = tmp.Write(b.Bytes())
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), s.path(name))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
}

func (s store) readHead() (h head, ok bool) {
	ok = s.readGob(s.key+".head", &h)
	return h, ok
}

func (s store) writeHead(h head) {
	if old, ok := s.readHead(); !ok || old != h {
		s.writeGob(s.key+".head", h)
	}
}

func (s store) readModule(inputs string) *Module {
	m := new(Module)
	if !s.readGob(inputs+".module", m) {
		return nil
	}
	return m
}

func (s store) writeModule(inputs string, m *Module) {
	plain := *m
	plain.Root = ""
	s.writeGob(inputs+".module", plain)
	s.prune()
}

// A storedIndex is an index with the tool that wrote it: another version may
// extract something else from the same file.
type storedIndex struct {
	Tool  string
	Index index
}

func (s store) readIndex(toolID string) *index {
	var stored storedIndex
	if !s.readGob(s.key+".index", &stored) || stored.Tool != toolID || stored.Index.Files == nil {
		return newIndex()
	}
	stored.Index.next = map[string]entry{}
	return &stored.Index
}

func (s store) writeIndex(toolID string, ix *index) {
	if !ix.fresh && len(ix.Files) == len(ix.next) {
		return
	}
	s.writeGob(s.key+".index", storedIndex{toolID, index{Written: time.Now().UnixNano(), Files: ix.next, Bare: ix.Bare}})
}

// keepEntries is how many entries of each kind stay in the cache.
const keepEntries = 40

// prune removes the oldest entries.
func (s store) prune() {
	files, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	type aged struct {
		name string
		time time.Time
	}
	kinds := map[string][]aged{}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			continue
		}
		kind := filepath.Ext(f.Name())
		if strings.HasPrefix(f.Name(), "tmp-") {
			kind = "tmp"
		}
		kinds[kind] = append(kinds[kind], aged{f.Name(), info.ModTime()})
	}
	for _, list := range kinds {
		slices.SortFunc(list, func(a, b aged) int { return b.time.Compare(a.time) })
		for i, f := range list {
			if i >= keepEntries {
				_ = os.Remove(s.path(f.name))
			}
		}
	}
}
