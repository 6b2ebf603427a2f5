package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxSize is far beyond any configuration written by hand.
const maxSize = 1 << 20

// Load reads the configuration at path. The error is of type Errors; a file
// that does not exist matches fs.ErrNotExist.
func Load(path string) (Config, error) {
	data, err := readFile(path)
	if err != nil {
		e := &Error{File: path, Err: err, Message: err.Error()}
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			e.Message = "can't be read: " + pathErr.Err.Error()
		}
		return Config{}, Errors{e}
	}
	return Parse(path, data)
}

func readFile(path string) ([]byte, error) {
	// Stat first: opening a named pipe would wait for a writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

// Parse reads a configuration from data; file is only used in errors.
func Parse(file string, data []byte) (Config, error) {
	if len(data) > maxSize {
		return Config{}, Errors{{File: file, Message: "is larger than 1 MiB; a configuration lists globs and names, not their content"}}
	}
	if line, column, bad := invalidUTF8(data); bad {
		return Config{}, Errors{{File: file, Line: line, Column: column, Message: "is not UTF-8 text; save it as UTF-8"}}
	}
	r := &reader{file: file}
	c := r.config(data)
	if len(r.errs) > 0 {
		slices.SortStableFunc(r.errs, func(a, b *Error) int {
			if a.Line != b.Line {
				return a.Line - b.Line
			}
			return a.Column - b.Column
		})
		return Config{}, r.errs
	}
	return c, nil
}

func invalidUTF8(data []byte) (line, column int, bad bool) {
	line, column = 1, 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			return line, column, true
		}
		if r == '\n' {
			line, column = line+1, 0
		}
		column++
		data = data[size:]
	}
	return 0, 0, false
}

// Validate reports rule names that are not in rules.
func (c Config) Validate(rules []string) error {
	var errs Errors
	for name := range c.Rules {
		if slices.Contains(rules, name) {
			continue
		}
		pos := c.RulePositions[name]
		message := fmt.Sprintf("unknown rule %q; run tenantvet help for the list", name)
		if near := Closest(name, rules); near != "" {
			message = fmt.Sprintf("unknown rule %q; did you mean %q?", name, near)
		}
		errs = append(errs, &Error{File: c.File, Line: pos.Line, Column: pos.Column, Message: message})
	}
	if len(errs) == 0 {
		return nil
	}
	slices.SortFunc(errs, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Message, b.Message)
	})
	return errs
}

// checkGlob returns what is wrong with a schema glob, or "".
func checkGlob(glob string) string {
	switch {
	case strings.TrimSpace(glob) == "":
		return "empty glob; name a migration directory or SQL file"
	case strings.Contains(glob, "\\"):
		return fmt.Sprintf("bad glob %q: write it with forward slashes", glob)
	}
	if _, err := path.Match(glob, "x"); err != nil {
		return fmt.Sprintf("bad glob %q: unclosed [ or bad escape", glob)
	}
	return ""
}

// checkPackage returns what is wrong with a package pattern, or "".
func checkPackage(pattern string) string {
	switch {
	case strings.TrimSpace(pattern) == "":
		return "empty package pattern; write one such as ./cmd/admin/..."
	case strings.Contains(pattern, "\\"):
		return fmt.Sprintf("bad package pattern %q: write it with forward slashes", pattern)
	case strings.HasPrefix(pattern, "/"):
		return fmt.Sprintf("bad package pattern %q: write it relative to the module, as in ./cmd/admin/...", pattern)
	case pattern == ".." || strings.HasPrefix(pattern, "../") || strings.Contains(pattern, "/../") || strings.HasSuffix(pattern, "/.."):
		return fmt.Sprintf("bad package pattern %q: it leaves the module", pattern)
	case strings.ContainsAny(pattern, "*?[]"):
		return fmt.Sprintf("bad package pattern %q: only ... is a wildcard, as in ./cmd/admin/...", pattern)
	}
	return ""
}

// A custom setting has a dot; role and search_path can carry a tenant as well.
var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)*$`)

func checkSetting(name string) string {
	if settingName.MatchString(name) {
		return ""
	}
	return fmt.Sprintf("bad setting name %q; write it as in current_setting, such as app.tenant_id", name)
}

func checkName(what string) func(string) string {
	return func(name string) string {
		if strings.TrimSpace(name) == "" || name != strings.TrimSpace(name) {
			return fmt.Sprintf("bad %s name %q", what, name)
		}
		return ""
	}
}
