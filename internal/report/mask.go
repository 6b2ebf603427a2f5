package report

import (
	"bytes"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
	"unicode"

	"github.com/tenantvet/tenantvet/internal/credential"
)

// aboutCredentials names the rules whose findings lie on credentials.
func aboutCredentials(rule string) bool {
	return rule == "servicerole" || rule == "clientsecret"
}

// masked hides what looks random in the string literals of a line that a
// credential rule reports: a key that is put together from pieces doesn't look
// like a key where it is written.
func (s *source) masked(number int, line string, start, end int) (string, int, int) {
	const mask = "⟨text⟩"
	if !s.scanned {
		s.scanned = true
		s.literals = literals(s.data)
	}
	offset := 0
	for _, l := range s.lines[:number-1] {
		offset += len(l) + 1
	}
	for _, lit := range slices.Backward(s.literals) {
		from, to := max(0, lit.start-offset), min(len(line), lit.end-offset)
		if from >= to || !looksRandom(line[from:to]) || credential.Redact(line[from:to]) != line[from:to] {
			continue
		}
		line = line[:from] + mask + line[to:]
		shift := len(mask) - (to - from)
		start, end = shifted(start, from, to, from, shift), shifted(end, from, to, from+len(mask), shift)
	}
	return line, start, max(start, end)
}

func shifted(at, from, to, edge, shift int) int {
	switch {
	case at >= to:
		return at + shift
	case at > from:
		return edge
	default:
		return at
	}
}

// looksRandom reports whether a literal has a word such as keys are made of:
// long, and neither a name in capitals nor a plain word.
func looksRandom(literal string) bool {
	const shortest = 8
	for _, word := range strings.FieldsFunc(literal, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	}) {
		lower := strings.ContainsFunc(word, unicode.IsLower)
		upper := strings.ContainsFunc(word, unicode.IsUpper)
		digit := strings.ContainsFunc(word, unicode.IsDigit)
		if len(word) >= shortest && (lower && (upper || digit) || digit && !upper) {
			return true
		}
	}
	return false
}

// literals returns where the string literals of a Go file are.
func literals(data []byte) []span {
	var found []span
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(data))
	var sc scanner.Scanner
	sc.Init(file, data, nil, 0)
	for {
		pos, tok, lit := sc.Scan()
		switch tok {
		case token.EOF:
			return found
		case token.STRING:
			start := file.Offset(pos)
			end := start + len(lit)
			if lit[0] == '`' { // the scanner has dropped its carriage returns
				if i := bytes.IndexByte(data[start+1:], '`'); i >= 0 {
					end = start + 1 + i + 1
				}
			}
			found = append(found, span{start, end})
		}
	}
}
