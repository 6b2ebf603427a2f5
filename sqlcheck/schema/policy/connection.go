package policy

import (
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/sqlcheck"
	"github.com/tenantvet/tenantvet/sqlcheck/schema"
)

// A Connection is a row that a policy looks up, and that connects the judged row with
// somebody: who can write such a row, can connect themselves.
type Connection struct {
	Table *schema.Table
	// Own is the column that holds the caller's value, "" where no such is asked for.
	Own string
	// To is the column by which the row leads on to the judged one.
	To string
}

// Memberships are the rows by which a way connects the caller with the row, where it
// does so: those that have the caller's value and lead on.
func (j *Judge) Memberships(w Way) []Connection {
	var out []Connection
	rows := w.connected(theRow)
	for _, s := range w {
		own, column := s.lookup(func(other string) bool { return other == theCaller })
		if s.Kind != Tie || s.Value != "true" || column == "" {
			continue
		}
		for _, next := range w {
			on, to := next.lookup(func(other string) bool { return other != own && slices.Contains(rows, other) })
			if next.Value != "true" || next.Kind != Link && next.Kind != Data || on != own || to == column {
				continue
			}
			if t := j.looked(own); has(t, to) {
				out = append(out, Connection{t, column, to})
			}
		}
	}
	return out
}

// Listings are the rows that a way finds for the row, whoever asks.
func (j *Judge) Listings(w Way) []Connection {
	var out []Connection
	for _, s := range w {
		id, column := s.lookup(func(other string) bool { return other == theRow })
		if s.Kind != Link || s.Value != "true" || column == "" {
			continue
		}
		if t := j.looked(id); t != nil {
			out = append(out, Connection{Table: t, To: column})
		}
	}
	return out
}

// lookup finds the row that was looked up in a step whose other end is as wanted, and
// the column that is compared there.
func (s Step) lookup(wanted func(other string) bool) (id, column string) {
	for i, end := range s.ends {
		if end != "" && end != theRow && end != theCaller && wanted(s.ends[1-i]) {
			return end, s.columns[i]
		}
	}
	return "", ""
}

// looked is the table of a row that was looked up.
func (j *Judge) looked(id string) *schema.Table {
	name, _, _ := strings.Cut(id, "#")
	in, table, qualified := strings.Cut(name, ".")
	if !qualified {
		in, table = "", name
	}
	return j.model.Table(sqlcheck.Name{Schema: in, Name: table})
}

// SelfService reports whether a way lets callers write a row of their choice: nothing
// is asked but that it holds their own value, or what they may put there. own is the
// column for that value.
func (w Way) SelfService(own string) bool {
	return !w.has(func(s Step) bool {
		switch s.Kind {
		case Tie:
			return s.ends != [2]string{theRow, theCaller} && s.ends != [2]string{theCaller, theRow}
		case Setting, Claim:
			return s.Value != Mine && s.Value != Unset && s.Value != "" && s.Value != "authenticated" && s.Value != "anon"
		case Column:
			return s.Value == "true" && strings.HasPrefix(s.What, own+" ") // another value
		}
		return true
	})
}
