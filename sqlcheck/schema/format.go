package schema

import (
	"math/big"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A File is a migration or schema file.
type File struct {
	Path string // slash-separated; used for positions, for the order and to tell formats apart
	SQL  string
	// Lines says where the lines of SQL stand, from 1, for code that makes it; nil where
	// SQL is what the file holds.
	Lines []int
}

// Formats of migration directories.
const (
	Goose         = "goose"
	GolangMigrate = "golang-migrate"
	Dbmate        = "dbmate"
	Tern          = "tern"
	SQLMigrate    = "sql-migrate"
	Atlas         = "atlas"
	Flyway        = "flyway"
	Supabase      = "supabase"
	Prisma        = "prisma"
	Drizzle       = "drizzle"
	Plain         = "sql"
)

// Arrange turns the files of one directory into what its migration tool would
// run upward, in the tool's order: files that only undo are left out, and the
// down part of a file is blanked, so that positions still hold. Besides .sql
// files it looks at the names of marker files such as atlas.sum and tern.conf, and
// takes numbered .go files among goose's migrations, of which SQL is what their
// strings say.
func Arrange(files []File) (format string, ordered []File) {
	format = detect(files)
	for _, f := range files {
		if (strings.EqualFold(path.Ext(f.Path), ".sql") || format == Goose && gooseInGo().MatchString(path.Base(f.Path))) && !undoes(format, f.Path) {
			f.SQL = blankDown(f.SQL)
			ordered = append(ordered, f)
		}
	}
	slices.SortStableFunc(ordered, order(format, ordered))
	return format, ordered
}

var (
	upOrDown     = pattern(`(?i)\.(up|down)\.sql$`)
	undoName     = pattern(`(?i)[._-](down|undo|rollback|revert)\.sql$`)
	flywayName   = pattern(`^([VUBR])([0-9][0-9._]*)?__.*\.sql$`)
	gooseInGo    = pattern(`^[0-9]+_.*\.go$`)
	numberPrefix = pattern(`^[vV]?0*([0-9]+)`)
)

// upDownMarks are the comments that part the two directions of a file; hint is
// a quick way to see that there is none.
var upDownMarks = []struct {
	format, hint string
	line         *regexp.Regexp
}{
	{Goose, "+goose", regexp.MustCompile(`(?im)^[ \t]*--[ \t]*\+goose[ \t]+(up|down)\b`)},
	{Dbmate, "migrate:", regexp.MustCompile(`(?im)^[ \t]*--[ \t]*migrate:(up|down)\b`)},
	{SQLMigrate, "+migrate", regexp.MustCompile(`(?im)^[ \t]*--[ \t]*\+migrate[ \t]+(up|down)\b`)},
	{Tern, "drop below", regexp.MustCompile(`(?im)^----[ \t]*(create above / drop below)[ \t]*----`)},
}

func detect(files []File) string {
	votes := map[string]int{}
	for _, f := range files {
		dir, base := path.Split(f.Path)
		switch {
		case base == "atlas.sum":
			return Atlas
		case base == "tern.conf":
			return Tern
		case path.Ext(base) != ".sql":
		case upOrDown().MatchString(base):
			votes[GolangMigrate]++
		case marked(f.SQL) != "":
			votes[marked(f.SQL)]++
		case strings.Contains(f.SQL, "--> statement-breakpoint"):
			votes[Drizzle]++
		case base == "migration.sql":
			votes[Prisma]++
		case strings.HasSuffix(dir, "supabase/migrations/"):
			votes[Supabase]++
		case flywayName().MatchString(base):
			votes[Flyway]++
		}
	}
	best := Plain
	for _, format := range []string{Goose, GolangMigrate, Dbmate, SQLMigrate, Tern, Prisma, Drizzle, Supabase, Flyway} {
		if votes[format] > votes[best] {
			best = format
		}
	}
	return best
}

// undoes reports whether the tool runs the file to go down only.
func undoes(format, file string) bool {
	base := path.Base(file)
	if m := upOrDown().FindStringSubmatch(base); m != nil {
		return strings.EqualFold(m[1], "down")
	}
	switch strings.ToLower(path.Base(path.Dir(file))) {
	case "down", "rollback", "rollbacks", "undo":
		return true
	}
	switch strings.ToLower(base) {
	case "down.sql", "rollback.sql", "revert.sql": // a folder for each migration
		return true
	}
	switch format {
	case Flyway:
		return strings.HasPrefix(base, "U")
	case Plain:
		return undoName().MatchString(base)
	}
	return false
}

// blankDown replaces the parts of a file that undo it by white space.
func blankDown(sql string) string {
	for _, mark := range upDownMarks {
		if marked(sql) != mark.format {
			continue
		}
		var b strings.Builder
		up, from := true, 0
		for _, m := range mark.line.FindAllStringSubmatchIndex(sql, -1) {
			keep(&b, sql[from:m[0]], up)
			from = m[0]
			up = strings.EqualFold(sql[m[2]:m[3]], "up")
		}
		keep(&b, sql[from:], up)
		return b.String()
	}
	return sql
}

// marked names the format whose marks a file has, "" without.
func marked(sql string) string {
	for _, mark := range upDownMarks {
		if strings.Contains(sql, mark.hint) && mark.line.MatchString(sql) {
			return mark.format
		}
	}
	return ""
}

func keep(b *strings.Builder, part string, up bool) {
	if up {
		b.WriteString(part)
		return
	}
	for _, c := range []byte(part) {
		if c != '\n' {
			c = ' '
		}
		b.WriteByte(c)
	}
}

// order compares files as the tool does. Tools that parse a version number
// compare numbers; the others compare names as text. Hand-written runners
// mostly do the latter, but files numbered 1 to 10 say what they mean.
func order(format string, files []File) func(a, b File) int {
	switch format {
	case Dbmate, Atlas, Supabase, Prisma:
		return func(a, b File) int { return strings.Compare(a.Path, b.Path) }
	case Flyway:
		return byFlyway
	case Plain:
		for _, f := range files {
			if !numberPrefix().MatchString(path.Base(f.Path)) {
				return func(a, b File) int { return strings.Compare(a.Path, b.Path) }
			}
		}
	}
	return func(a, b File) int {
		da, db := path.Dir(a.Path), path.Dir(b.Path)
		if da == db {
			if c := compareNumbers(number(path.Base(a.Path)), number(path.Base(b.Path))); c != 0 {
				return c
			}
		} else if c := compareNumbers(number(path.Base(da)), number(path.Base(db))); c != 0 {
			return c
		}
		return strings.Compare(a.Path, b.Path)
	}
}

// number returns a name's leading digits without leading zeros.
func number(name string) string {
	if m := numberPrefix().FindStringSubmatch(name); m != nil {
		return m[1]
	}
	return ""
}

// compareNumbers compares decimal texts without leading zeros.
func compareNumbers(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// byFlyway: versioned migrations by version (1.10 after 1.9), repeatable ones after them by name.
func byFlyway(a, b File) int {
	ma := flywayName().FindStringSubmatch(path.Base(a.Path))
	mb := flywayName().FindStringSubmatch(path.Base(b.Path))
	if ma == nil || mb == nil || ma[1] == "R" || mb[1] == "R" {
		if ra, rb := ma == nil || ma[1] == "R", mb == nil || mb[1] == "R"; ra != rb {
			if ra {
				return 1
			}
			return -1
		}
		return strings.Compare(a.Path, b.Path)
	}
	return slices.CompareFunc(version(ma[2]), version(mb[2]), (*big.Int).Cmp)
}

func version(s string) []*big.Int {
	var out []*big.Int
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '_' }) {
		n, _ := new(big.Int).SetString(part, 10)
		out = append(out, n)
	}
	return out
}
