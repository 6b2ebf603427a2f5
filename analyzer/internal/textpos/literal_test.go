package textpos

import (
	"strconv"
	"testing"
)

// Every character of a literal's value is found in the source, whatever it is
// written like.
func FuzzOffsets(f *testing.F) {
	for _, s := range []string{"", "a", "é\n\t\"\\", "\x00\xff\u2028", "SET x = '%s'", "\U0001F600"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for _, lit := range []string{strconv.Quote(value), strconv.QuoteToASCII(value)} {
			check(t, lit, value)
		}
		if strconv.CanBackquote(value) {
			check(t, "`"+value+"`", value)
		}
	})
}

func check(t *testing.T, lit, value string) {
	at, ok := offsets(lit + " + rest\"")
	if !ok || len(at) != len(value)+1 || at[len(value)] != len(lit)-1 {
		t.Fatalf("%s: offsets %v, %v", lit, at, ok)
	}
	for i, r := range value {
		end := len(value)
		for j := range value[i:] {
			if j > 0 {
				end = i + j
				break
			}
		}
		got, err := strconv.Unquote(lit[:1] + lit[at[i]:at[end]] + lit[:1])
		if err != nil || got != value[i:end] {
			t.Fatalf("%s: character %d (%q) is %q in the source: %v", lit, i, r, lit[at[i]:at[end]], err)
		}
	}
}

func TestOffsetsOfNoLiteral(t *testing.T) {
	for _, src := range []string{"", "x", `"open`, "`open", `"\z"`, "'c'"} {
		if at, ok := offsets(src); ok {
			t.Errorf("%s: offsets %v", src, at)
		}
	}
}
