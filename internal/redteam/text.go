package redteam

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"
)

// WriteJSON writes the result as one object.
func (r *Result) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

const leak = "LEAK"

// words are those of the matrix, the worst first.
var words = [...]struct {
	outcome, word string
	paint         color.Attribute
}{
	{Through, leak, color.FgRed},
	{Unclear, "?", color.FgYellow},
	{Broken, "error", color.FgYellow},
	{Closed, "ok", color.FgGreen},
}

// WriteText writes the matrix, and what got through with the statements that
// repeat it.
func (r *Result) WriteText(w io.Writer, colored bool) error {
	var b strings.Builder
	width := len("table")
	for _, t := range r.Tables {
		width = max(width, len(t.title()))
	}
	fmt.Fprintf(&b, "%s\n\n%-*s", r.Schema, width, "")
	for _, a := range Attacks() {
		fmt.Fprintf(&b, "  %-8s", a)
	}
	b.WriteString("\n")
	for _, t := range r.Tables {
		fmt.Fprintf(&b, "%-*s", width, t.title())
		for _, attack := range Attacks() {
			word, paint := t.worst(attack)
			if attack == refer && word == leak {
				word, paint = "link", color.FgYellow
			}
			text := fmt.Sprintf("%-8s", word)
			if colored && word != "-" {
				c := color.New(paint)
				c.EnableColor()
				text = c.Sprint(word) + strings.Repeat(" ", 8-len(word))
			}
			b.WriteString("  " + text)
		}
		b.WriteString("\n")
	}
	for _, t := range r.Tables {
		t.writeLeaks(&b)
	}
	for _, t := range r.Tables {
		t.writeErrors(&b)
	}
	b.WriteString("\n")
	for _, p := range r.Unfilled {
		fmt.Fprintf(&b, "not attacked: %s got no rows: %s\n", p.Name, p.Reason)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	leaks, links := r.Leaks()
	what := "nothing got through"
	if leaks > 0 {
		what = fmt.Sprintf("%d attempts got through", leaks)
	}
	fmt.Fprintf(&b, "%s; tables, views and functions: %d; as %s\n", what, len(r.Tables), strings.Join(r.Roles, ", "))
	if links > 0 {
		fmt.Fprintf(&b, "foreign keys by which a row can refer to the other tenant's, if its key is known: %d\n", links)
	}
	for line := range strings.Lines(b.String()) {
		if _, err := io.WriteString(w, strings.TrimRight(line, " \n")+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func (t Table) title() string {
	if t.Kind == "table" {
		return t.Name
	}
	return t.Kind + " " + t.Name
}

// worst is the word for an attack on a table, "-" where it was not tried.
func (t Table) worst(attack string) (string, color.Attribute) {
	for _, w := range words {
		if slices.ContainsFunc(t.Attacks, func(a Attempt) bool { return a.Attack == attack && a.Outcome == w.outcome }) {
			return w.word, w.paint
		}
	}
	return "-", color.Reset
}

// writeLeaks writes each attack that got through once, with the contexts.
func (t Table) writeLeaks(b *strings.Builder) {
	done := map[string]bool{}
	for _, a := range t.Attacks {
		key := a.Attack + "\x00" + a.Role
		if a.Outcome != Through || a.Attack == refer || done[key] {
			continue
		}
		done[key] = true
		var in []string
		for _, other := range t.Attacks {
			if other.Outcome == Through && other.Attack == a.Attack && other.Role == a.Role && !slices.Contains(in, other.within()) {
				in = append(in, other.within())
			}
		}
		fmt.Fprintf(b, "\n%s: %s as %s, %s: %s\n", t.title(), a.Attack, a.Role, strings.Join(in, ", "), a.Detail)
		for _, s := range a.Statements {
			fmt.Fprintf(b, "    %s;\n", s)
		}
	}
}

func (a Attempt) within() string {
	switch a.Context {
	case none:
		return "without context"
	case empty:
		return "with an empty context"
	case stale:
		return "on a connection that the other tenant used"
	case role:
		return "switched to role " + a.With
	case flag:
		return "with " + a.With
	}
	return "in its own context"
}

// writeErrors says which statements fail whoever's rows they are about, one line an
// error: what the matrix shows as error is the tenant's own work, too.
func (t Table) writeErrors(b *strings.Builder) {
	said := map[string]bool{}
	for _, a := range t.Attacks {
		if a.Outcome != Broken || said[a.Detail] {
			continue
		}
		said[a.Detail] = true
		var attacks, in []string
		for _, other := range t.Attacks {
			if other.Outcome != Broken || other.Detail != a.Detail {
				continue
			}
			if !slices.Contains(attacks, other.Attack) {
				attacks = append(attacks, other.Attack)
			}
			if !slices.Contains(in, other.within()) {
				in = append(in, other.within())
			}
		}
		fmt.Fprintf(b, "\n%s: error at %s, %s: %s\n", t.title(), strings.Join(attacks, ", "), strings.Join(in, ", "), a.Detail)
	}
}
