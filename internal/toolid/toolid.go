// Package toolid identifies the running executable.
package toolid

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
)

// Own identifies the running executable by its content. The go command's
// build ID, a few bytes at a known place, ends in a hash of the content; an
// executable without one is hashed, which takes some 30 ms.
func Own() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the own executable: %v", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("reading the own executable: %v", err)
	}
	defer f.Close()
	if id := buildID(f); id != "" {
		return id, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("reading the own executable: %v", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// buildID returns the build ID of an executable, or "" without one. The linker
// writes it into an ELF note, or else to the begin of the text segment.
func buildID(f io.ReaderAt) string {
	if file, err := elf.NewFile(f); err == nil {
		note := file.Section(".note.go.buildid")
		if note == nil {
			return ""
		}
		data, err := note.Data()
		const header = 16 // three lengths and the name "Go\x00\x00"
		if err != nil || len(data) <= header {
			return ""
		}
		return string(bytes.TrimRight(data[header:], "\x00"))
	}
	start := make([]byte, 64<<10)
	n, _ := f.ReadAt(start, 0) // a short file is an error, but not here
	_, after, ok := bytes.Cut(start[:n], []byte("\xff Go build ID: "))
	if !ok {
		return ""
	}
	quoted, _, ok := bytes.Cut(after, []byte("\n \xff"))
	if !ok {
		return ""
	}
	id, err := strconv.Unquote(string(quoted))
	if err != nil {
		return ""
	}
	return id
}
