package shapes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// Each call of send is followed by what its text may be, one alternative after
// the other, and by why a part of it is not known.

func send(text string) {}

func Concatenated(id int, name string) {
	send("SELECT " + "1")                                 // "SELECT 1"
	send("SELECT " + name)                                // "SELECT "⟨free⟩ : text from parameter name of Concatenated
	send(fmt.Sprintf("a %d %s %%", id, "b"))              // "a "⟨inert⟩" b %"
	send(fmt.Sprintf("%[2]s %[1]s", "x", "y"))            // "y x"
	send(fmt.Sprintf("%*d|%s", 5, id, "z"))               // ⟨inert⟩"|z"
	send(fmt.Sprint("a", 1, 2, "b"))                      // "a1 2b"
	send(fmt.Sprintln("a", "b"))                          // "a b\n"
	send(strings.ToUpper("select ") + name)               // "SELECT "⟨free⟩ : text from parameter name of Concatenated
	send(strings.ToUpper(name))                           // ⟨free⟩ : text from parameter name of Concatenated
	send(strings.Repeat("?,", 3))                         // "?,?,?,"
	send("IN (?" + strings.Repeat(",?", id) + ")")        // "IN (?"⟨inert⟩")"
	send(strings.TrimPrefix("-- x", "-- "))               // "x"
	send(strings.ReplaceAll("a {t} b", "{t}", "o"))       // "a o b"
	send("'" + strings.ReplaceAll(name, "'", "''") + "'") // "'"⟨escaped⟩"'"
}

func Branches(a, b bool) {
	q := "x"
	if a {
		q += " a"
	}
	if b {
		q += " b"
	}
	send(q) // "x" | "x a" | "x b" | "x a b"
}

func ManyBranches(on [8]bool) {
	q := "SELECT * FROM t WHERE true"
	if on[0] {
		q += " AND a"
	}
	if on[1] {
		q += " AND b"
	}
	if on[2] {
		q += " AND c"
	}
	if on[3] {
		q += " AND d"
	}
	if on[4] {
		q += " AND e"
	}
	send(q + " LIMIT 1") // "SELECT * FROM t WHERE true "⟨constant⟩" LIMIT 1" | 14 | "SELECT * FROM t WHERE true AND a AND b AND c AND d "⟨constant⟩" LIMIT 1"
}

// What alternatives share in the middle is kept.
func Skeleton(kind string, n int) {
	q := skeleton(columns(kind), "a")
	if n > 0 {
		q = skeleton(columns(kind), condition(n))
	}
	send(q) // "SELECT "⟨constant⟩" FROM orders WHERE "⟨constant⟩" LIMIT 1"
}

func skeleton(columns, where string) string {
	return "SELECT " + columns + " FROM orders WHERE " + where + " LIMIT 1"
}

func columns(kind string) string {
	switch kind {
	case "a":
		return "a, b"
	case "b":
		return "b, c"
	case "c":
		return "c, d"
	}
	return "e, f"
}

func condition(n int) string {
	switch n {
	case 1:
		return "a = 1"
	case 2:
		return "b = 1"
	case 3:
		return "c = 1"
	}
	return "d = 1"
}

func Loops(list []string) {
	q := "VALUES"
	for i := range list {
		if i > 0 {
			q += ","
		}
		q += fmt.Sprintf(" ($%d)", i)
	}
	send(q + ";") // "VALUES"⟨constant⟩";"

	w := "x"
	for _, s := range list {
		w += " AND " + s
	}
	send(w) // "x "⟨free⟩ : text from a slice
}

func Builders(list []string, a bool) {
	var b strings.Builder
	b.Grow(10)
	b.WriteString("a")
	if a {
		b.WriteString(" b")
	} else {
		fmt.Fprintf(&b, " %s", "c")
	}
	send(b.String()) // "a b" | "a c"
	for i := range list {
		b.WriteString(fmt.Sprintf(",$%d", i))
	}
	b.WriteByte(')')
	send(b.String()) // "a b"⟨inert⟩")" | "a c"⟨inert⟩")"
	b.Reset()
	appendTo(&b, "t")
	send(b.String()) // " FROM t"
	unknown(&b)
	send(b.String()) // " FROM t"⟨free⟩ : text written by shapes.unknown

	buf := bytes.NewBufferString("x,")
	buf.Truncate(buf.Len() - 1)
	send(buf.String()) // "x"
}

var listed = template.Must(template.New("list").Funcs(nil).Parse(`SELECT id FROM orders{{/* all */}} WHERE tenant = '{{ .Tenant }}'
{{- if .Open }} AND open{{ else }} AND closed{{ end }}{{ range .More }} AND {{ . }}{{ end }}{{ template "tail" }}{{ define "tail" }} LIMIT {{ "1" }}{{ end }}`))

func Templates(data any, text string) error {
	var b strings.Builder
	if err := listed.Execute(&b, data); err != nil {
		return err
	}
	send(b.String()) // "SELECT id FROM orders WHERE tenant = '"⟨free⟩"' AND open "⟨free⟩" LIMIT 1" | "SELECT id FROM orders WHERE tenant = '"⟨free⟩"' AND open LIMIT 1" | "SELECT id FROM orders WHERE tenant = '"⟨free⟩"' AND closed "⟨free⟩" LIMIT 1" | "SELECT id FROM orders WHERE tenant = '"⟨free⟩"' AND closed LIMIT 1" : value that a template writes
	var buf bytes.Buffer
	buf.WriteString("x")
	if err := listed.ExecuteTemplate(&buf, "tail", data); err != nil {
		return err
	}
	send(buf.String()) // "x LIMIT 1"
	own, err := template.New("own").Parse(text)
	if err != nil {
		return err
	}
	var c strings.Builder
	own.Execute(&c, data)
	send(c.String()) // ⟨free⟩ : text of a template
	return nil
}

func appendTo(b *strings.Builder, table string) {
	b.WriteString(" FROM ")
	b.WriteString(table)
}

var keep *strings.Builder

func unknown(b *strings.Builder) { keep = b }

func Lists(a bool, ids []int, more ...string) {
	send(strings.Join([]string{"a", "b"}, ", ")) // "a, b"
	list := []string{"a"}
	if a {
		list = append(list, "b")
	}
	send(strings.Join(list, " AND ")) // "a" | "a AND b"
	for range ids {
		list = append(list, "c")
	}
	send(strings.Join(list, " AND ")) // "a "⟨constant⟩
	places := make([]string, len(ids))
	for i := range ids {
		places[i] = fmt.Sprintf("$%d", i)
	}
	send("(" + strings.Join(places, ",") + ")") // "("⟨inert⟩")"
	send(strings.Join(more, ","))               // ⟨free⟩ : text from a list
	for _, s := range [...]string{"x", "y"} {
		send(s) // "x" | "y"
	}
}

var statements = []string{
	"DELETE FROM a", "DELETE FROM b", "DELETE FROM c", "DELETE FROM d", "DELETE FROM e", "DELETE FROM f",
	"DELETE FROM g", "DELETE FROM h", "DELETE FROM i", "DELETE FROM j", "DELETE FROM k", "DELETE FROM l",
	"DELETE FROM m", "DELETE FROM n", "DELETE FROM o", "DELETE FROM p", "DELETE FROM q", "DELETE FROM r",
}

// Each statement of a list is sent: all of them are known.
func Ranged() {
	for _, s := range statements {
		send(s)                 // "DELETE FROM a" | 16 | "DELETE FROM r"
		send(s + " WHERE true") // "DELETE FROM a WHERE true" | 16 | "DELETE FROM r WHERE true"
	}
}

type queries struct{ get, set string }

var table = queries{get: "G"}

var byKind = map[string]string{"a": "A", "b": "B"}

func Places(kind string, q *queries) {
	q.set = "S"
	send(table.get)      // "G"
	send(q.set)          // "S"
	send(byKind["a"])    // "A"
	send(byKind[kind])   // "A" | "B"
	send(os.Getenv("X")) // ⟨free⟩ : text from a call of os.Getenv
}

func Allowed(a, b, c, d, e string) error {
	switch a {
	case "x", "y":
	default:
		return errors.New("no")
	}
	send(a) // "x" | "y"
	if !slices.Contains([]string{"p", "q"}, b) {
		b = "r"
	}
	send(b) // "p" | "q" | "r"
	if _, ok := byKind[c]; !ok {
		return errors.New("no")
	}
	send(c) // "a" | "b"
	if !valid(d) {
		return errors.New("no")
	}
	send(d) // "m" | "n"
	if !regexp.MustCompile("^[a-z]+$").MatchString(e) {
		return errors.New("no")
	}
	send(e) // ⟨free⟩ : text from parameter e of Allowed
	return nil
}

func valid(s string) bool {
	switch s {
	case "m", "n":
		return true
	}
	return false
}

// Compared on the way to somewhere else.
func NotAllowed(a string) {
	if a == "x" {
		send("other") // "other"
	}
	send(a) // ⟨free⟩ : text from parameter a of NotAllowed
}

func Inert(at time.Time, layout string, f float64) {
	send(at.Format(time.RFC3339))                 // ⟨inert⟩
	send(at.Format(layout))                       // ⟨free⟩ : text from a call of Format
	send(fmt.Sprintf("%s %v %s", at, f, 2*f > 1)) // ⟨inert⟩" "⟨inert⟩" "⟨inert⟩
	send(strconv.FormatFloat(f, 'f', 2, 64))      // ⟨inert⟩
}

// A field that reflection may fill is not known.
type row struct{ Text string }

var rows = []row{{"x"}}

func Reflected(data []byte) {
	if err := json.Unmarshal(data, &rows); err != nil {
		return
	}
	for _, r := range rows {
		send(r.Text) // ⟨free⟩ : text from field Text
	}
}

func Functions(name string) {
	send(selectFrom("t"))  // "SELECT * FROM t"
	send(selectFrom(name)) // "SELECT * FROM "⟨free⟩ : text from parameter name of Functions
	send(recursive(3))     // "x"⟨constant⟩
	f := func(s string) string { return "f" + s }
	send(f("1")) // "f1"
	func(s string) {
		send(s) // "inner"
	}("inner")
}

func selectFrom(table string) string { return "SELECT * FROM " + table }

func recursive(n int) string {
	if n > 0 {
		return recursive(n-1) + "y"
	}
	return "x"
}

func Dimension(name string) {
	column := columnOf(name)
	if column == "" {
		return
	}
	send("BY " + column) // "BY a" | "BY b"
}

func columnOf(name string) string {
	switch name {
	case "a":
		return "a"
	case "b":
		return "b"
	}
	return ""
}

func Captured(a bool) {
	q := "q"
	if a {
		q = q + "a"
	}
	func() {
		send(q) // "q" | "qa"
	}()
	q = "r"
	send(q) // "r"
}

func File() {
	data, err := os.ReadFile("x.sql")
	if err != nil {
		return
	}
	send(string(data)) // ⟨free⟩ : text read from a file
}
