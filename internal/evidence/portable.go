package evidence

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
)

// Portable writes the evidence as one word of text, for drivers that run where the
// module's files are not: what is relative to the module's root is relative to
// base then, a directory around it. The same evidence is the same text.
func (m *Module) Portable(base string) (string, error) {
	rel, err := filepath.Rel(base, m.Root)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", fmt.Errorf("%s is not below %s", m.Root, base)
	}
	moved := *m
	moved.Root, moved.Embeds, moved.Problems, moved.Config.File = "", nil, nil, ""
	moved.Schemas = append([]Schema{}, m.Schemas...)
	prefix := filepath.ToSlash(rel)
	for i, s := range moved.Schemas {
		moved.Schemas[i].Dir = path.Join(prefix, s.Dir)
		files := make([]string, len(s.Files))
		for j, f := range s.Files {
			files[j] = path.Join(prefix, f)
		}
		moved.Schemas[i].Files = files
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(portable{Format: formatVersion, Dir: prefix, Module: moved}); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

type portable struct {
	Format string
	Dir    string // of the module, relative to the base
	Module Module
}

// FromPortable reads what [Module.Portable] wrote, and the directory of the module
// relative to the base.
func FromPortable(text string) (m *Module, dir string, err error) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, "", err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, "", err
	}
	data, err = io.ReadAll(io.LimitReader(z, 64<<20))
	if err != nil {
		return nil, "", err
	}
	var p portable
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, "", err
	}
	if p.Format != formatVersion {
		return nil, "", fmt.Errorf("it was written by another version of tenantvet; write it again")
	}
	return &p.Module, p.Dir, nil
}
