package policy

import (
	"slices"
	"strings"
)

// Kind is the kind of a Step.
type Kind uint8

const (
	Setting Kind = iota // a setting has a value: Unset, "", Mine, or a constant
	Claim               // so has a claim of a token
	Tie                 // the row, or one that was looked up, has the caller's value
	Link                // a row that was looked up has a value of the row
	Column              // the row has a value
	Data                // a row that was looked up has a value
	Exists              // there is a row to be looked up
	Role                // who is connected
	Literal             // the row's tenant is a constant
	Pattern             // the row's tenant is like the caller's, or before or after it
	Unknown             // something that is not understood
)

// Values of settings and claims, next to constants.
const (
	Unset = "unset"
	Mine  = "the caller's"
)

// A Step is one thing that must be so for a row to be reached.
type Step struct {
	Kind  Kind
	What  string
	Value string
	ends  [2]string // what it connects: the row, the caller, rows that were looked up
	// columns are those of looked up rows that are compared, by end; "" for others.
	columns [2]string
}

// A Way is what must be so, all of it, for the row to be reached; sorted.
type Way []Step

func (w Way) has(match func(Step) bool) bool { return slices.ContainsFunc(w, match) }

func (w Way) hasKind(k Kind) bool { return w.has(func(s Step) bool { return s.Kind == k }) }

// Class says what a way is worth.
type Class uint8

const (
	Tied      Class = iota // the row belongs to the caller in some way
	Shared                 // the row, or one that it belongs to, says that it is for others too
	ForRole                // who is connected decides
	ForCaller              // something that was looked up about the caller decides
	CantTell               // it depends on what is not understood
	Open                   // nothing ties the row to the caller
)

// Class classifies the way.
func (w Way) Class() Class {
	ofRow, ofCaller := w.connected(theRow), w.connected(theCaller)
	switch {
	case slices.Contains(ofRow, theCaller):
		return Tied
	case w.hasKind(Unknown):
		return CantTell
	case w.hasKind(Role):
		return ForRole
	case w.hasKind(Column), w.has(func(s Step) bool { return s.Kind == Data && s.about(ofRow) }):
		return Shared
	case len(ofCaller) > 1:
		return ForCaller
	case w.hasKind(Data):
		return CantTell
	}
	return Open
}

// connected lists what the steps connect with an end, itself first.
func (w Way) connected(from string) []string {
	out := []string{from}
	for i := 0; i < len(out); i++ {
		for _, s := range w {
			if s.Value != "true" || s.Kind != Tie && s.Kind != Link && s.Kind != Data {
				continue
			}
			for k, end := range s.ends {
				if other := s.ends[1-k]; end == out[i] && other != "" && !slices.Contains(out, other) {
					out = append(out, other)
				}
			}
		}
	}
	return out
}

// about reports whether the step is about one of the rows.
func (s Step) about(rows []string) bool {
	return slices.Contains(rows, s.ends[0]) || slices.Contains(rows, s.ends[1])
}

// Flag returns the setting or claim that must have a constant value, other than
// none or the empty one.
func (w Way) Flag() (Step, bool) {
	for _, s := range w {
		if (s.Kind == Setting || s.Kind == Claim) && s.Value != Unset && s.Value != "" && s.Value != Mine {
			return s, true
		}
	}
	return Step{}, false
}

// Without reports whether the way is there when nobody has set a context.
func (w Way) Without() bool {
	return !w.has(func(s Step) bool { return (s.Kind == Setting || s.Kind == Claim) && s.Value != Unset && s.Value != "" })
}

// String says what must be so.
func (w Way) String() string {
	var parts []string
	for _, s := range w {
		switch s.Kind {
		case Setting, Claim:
			switch s.Value {
			case Unset, Mine:
				if s.Value == Mine {
					parts = append(parts, s.What+" is set")
				} else {
					parts = append(parts, s.What+" is unset")
				}
			default:
				parts = append(parts, s.What+" is '"+s.Value+"'")
			}
		case Exists:
			parts = append(parts, s.What+" "+s.Value)
		default:
			if s.Value == "false" {
				parts = append(parts, "not "+s.What)
			} else {
				parts = append(parts, s.What)
			}
		}
	}
	return strings.Join(parts, ", ")
}

func (w Way) key() string {
	var b strings.Builder
	for _, s := range w {
		b.WriteString(s.What + "=" + s.Value + "\x00")
	}
	return b.String()
}

// minimal leaves out the ways that need more than another one does.
func minimal(ways []Way) []Way {
	slices.SortFunc(ways, func(a, b Way) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return compare(a.key(), b.key())
	})
	var out []Way
	for _, w := range ways {
		if !slices.ContainsFunc(out, func(o Way) bool { return o.within(w) }) {
			out = append(out, w)
		}
	}
	return out
}

func (w Way) within(other Way) bool {
	return !w.has(func(s Step) bool { return !slices.Contains(other, s) })
}

// Asks reports whether the way asks something of the row's tenant, or of rows that
// are looked up, though not what would tie it to the caller.
func (w Way) Asks() bool {
	return w.has(func(s Step) bool { return s.Kind == Literal || s.Kind == Pattern || s.Kind == Link || s.Kind == Exists })
}
