package report

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"
)

// sources are the files that a report speaks of, read when first needed.
type sources struct {
	root  string // absolute
	files map[string]*source
}

func newSources(root string) *sources { return &sources{root, make(map[string]*source)} }

// file returns a file of the report. One that can't be read has no lines: what
// is said about it stands without them.
func (s *sources) file(name string) *source {
	f, ok := s.files[name]
	if !ok {
		f = &source{}
		if data, err := os.ReadFile(s.path(name)); err == nil {
			f = newSource(data)
		}
		s.files[name] = f
	}
	return f
}

func (s *sources) path(name string) string {
	native := filepath.FromSlash(name)
	if filepath.IsAbs(native) {
		return native
	}
	return filepath.Join(s.root, native)
}

// A source is a file whose lines are shown.
type source struct {
	lines    []string
	data     []byte
	literals []span // of the file's string literals; read when first needed
	scanned  bool
}

func newSource(data []byte) *source {
	return &source{data: data, lines: strings.Split(string(data), "\n")}
}

// line returns a line, counted from 1.
func (s *source) line(number int) (string, bool) {
	if number < 1 || number > len(s.lines) {
		return "", false
	}
	return strings.TrimRight(s.lines[number-1], "\r"), true
}

// utf16Column turns a column in bytes into one in UTF-16 code units.
func (s *source) utf16Column(line, column int) int {
	text, ok := s.line(line)
	if !ok || column < 1 {
		return column
	}
	units := 1
	for _, r := range text[:min(column-1, len(text))] {
		units += utf16.RuneLen(r)
	}
	return units
}

// at returns the line and column of a byte, all counted as positions are.
func (s *source) at(offset int) (line, column int) {
	before := string(s.data[:min(max(0, offset), len(s.data))])
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndexByte(before, '\n')
}
