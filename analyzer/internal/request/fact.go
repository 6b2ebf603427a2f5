package request

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Kind is where a value comes from, as far as it is known.
type Kind uint8

const (
	// Opaque: nothing is known, or a library made it.
	Opaque Kind = iota
	// Program: a constant, or the program's configuration.
	Program
	// Request: whoever sent the request chose it.
	Request
	// Param: the caller passes it.
	Param
	// Context: a context carries it, under the key What.
	Context
	// Caller: it says who the caller is: verified claims, or what a function of
	// the program makes of them.
	Caller
)

// An Origin is where a value comes from.
type Origin struct {
	Kind Kind
	// What is where it stands in a request, or the key.
	What string
	// Name is the header's, the parameter's; "" when that is not known.
	Name string
	// Param counts parameters with the receiver first. Of a Context it is the
	// parameter that completes the key, -1 if none does.
	Param int
	// Path are the fields that lead from the parameter, or from what the context
	// carries, to the value.
	Path string
	// Posn is where it is read from the request.
	Posn  string
	Steps []Step
}

// A Step is one step of the path that proves a finding.
type Step struct{ Posn, Message string }

func (o Origin) String() string {
	switch o.Kind {
	case Request:
		return o.Words()
	case Param:
		return fmt.Sprintf("p%d%s", o.Param, o.Path)
	case Context:
		return "ctx⟨" + o.What + "⟩" + o.Path
	case Program:
		return "program"
	case Caller:
		return "caller"
	}
	return "?"
}

// Words names what was read from a request, for messages.
func (o Origin) Words() string {
	switch {
	case o.What == "body" && o.Name != "":
		return o.Name + " of the request's body"
	case o.What == "body":
		return "the request's body"
	case o.What == unverifiedToken:
		return "a token whose signature is not verified"
	case o.Name != "":
		return kinds[o.What] + " " + o.Name
	case o.What == "metadata":
		return "the request's metadata"
	}
	return "a " + kinds[o.What] + " of the request"
}

const unverifiedToken = "token"

// same reports whether two origins are one value.
func (o Origin) same(other Origin) bool {
	return o.Kind == other.Kind && o.What == other.What && o.Name == other.Name && o.Param == other.Param && o.Path == other.Path
}

func compareOrigins(a, b Origin) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.What, b.What), cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Param, b.Param), cmp.Compare(a.Path, b.Path))
}

// join adds origins that are not there yet, and keeps them sorted.
func join(list []Origin, more ...Origin) []Origin {
	for _, o := range more {
		i, found := slices.BinarySearchFunc(list, o, compareOrigins)
		if !found {
			list = slices.Insert(slices.Clone(list), i, o)
		}
	}
	return list
}

// A Summary is the fact about a function.
type Summary struct {
	Sinks   []Sink
	Results []Result
	Fills   []Fill
	Puts    []Put
	Injects []Inject
	// Reads are the parts of a request that the function reads.
	Reads []string
	// Vouches are those that a middleware has checked by the time that it goes on
	// with the request.
	Vouches []string
	// Asks: it finds out who the caller is, from a context or from a token.
	Asks bool
	// Logs in: it checks a password or issues a token.
	LogsIn bool
}

// A Sink is a parameter, or a part of one, that becomes the tenant.
type Sink struct {
	Param   int
	Path    string
	Setting string
	Steps   []Step // the last one is where the setting is set
}

// A Result says where a result, or a part of one, comes from.
type Result struct {
	Index   int
	Path    string
	Origins []Origin
}

// A Fill is what a function writes to what a parameter points to.
type Fill struct {
	Param   int
	Path    string
	Origins []Origin
}

// A Put is a parameter that the function puts into a context.
type Put struct {
	Key      string
	KeyParam int    // completes the key; -1 if none does
	Path     string // where it stands in what the context carries
	Param    int
	From     string // the part of the parameter
}

// An Inject is a value of the request, or what a context carries under another
// key, that the function puts into a context under a key of which it is not
// known yet that the tenant is taken from there.
type Inject struct {
	Key, Path string
	Origin    Origin
}

// Keys is the fact about a package: the keys under which contexts carry what
// becomes the tenant, in it and in what it imports.
type Keys struct{ Uses []KeyUse }

// A KeyUse is a key, and a part of what contexts carry under it, that becomes
// the tenant.
type KeyUse struct {
	Key, Path, Setting string
	Steps              []Step
}

// AFact marks Summary as a fact of a function.
func (*Summary) AFact() {}

// AFact marks Keys as a fact of a package.
func (*Keys) AFact() {}

func (s *Summary) empty() bool {
	return len(s.Sinks)+len(s.Results)+len(s.Fills)+len(s.Puts)+len(s.Injects)+len(s.Reads)+len(s.Vouches) == 0 && !s.Asks && !s.LogsIn
}

// String prints the fact for tests.
func (s *Summary) String() string {
	var parts []string
	for _, k := range s.Sinks {
		parts = append(parts, fmt.Sprintf("p%d%s becomes %s", k.Param, k.Path, k.Setting))
	}
	for _, r := range s.Results {
		parts = append(parts, fmt.Sprintf("returns %d%s=%s", r.Index, r.Path, printed(r.Origins)))
	}
	for _, f := range s.Fills {
		parts = append(parts, fmt.Sprintf("fills p%d%s with %s", f.Param, f.Path, printed(f.Origins)))
	}
	for _, p := range s.Puts {
		parts = append(parts, fmt.Sprintf("puts p%d%s under %s%s", p.Param, p.From, p.Key, p.Path))
	}
	for _, in := range s.Injects {
		parts = append(parts, fmt.Sprintf("injects %s under %s%s", in.Origin, in.Key, in.Path))
	}
	if len(s.Reads) > 0 {
		parts = append(parts, "reads "+strings.Join(s.Reads, ", "))
	}
	if len(s.Vouches) > 0 {
		parts = append(parts, "vouches for "+strings.Join(s.Vouches, ", "))
	}
	if s.Asks {
		parts = append(parts, "asks who calls")
	}
	if s.LogsIn {
		parts = append(parts, "logs in")
	}
	return strings.Join(parts, "; ")
}

// String prints the fact for tests.
func (k *Keys) String() string {
	var parts []string
	for _, u := range k.Uses {
		parts = append(parts, fmt.Sprintf("%s%s becomes %s", u.Key, u.Path, u.Setting))
	}
	return strings.Join(parts, "; ")
}

func printed(origins []Origin) string {
	var parts []string
	for _, o := range origins {
		parts = append(parts, o.String())
	}
	return strings.Join(parts, "|")
}

// maxEntries bounds each list of a fact, so that facts stay small.
const maxEntries = 24

// tidy sorts, removes what is said twice, and caps.
func tidy[T any](list []T, compare func(a, b T) int) []T {
	slices.SortStableFunc(list, compare)
	list = slices.CompactFunc(list, func(a, b T) bool { return compare(a, b) == 0 })
	if len(list) > maxEntries {
		list = list[:maxEntries]
	}
	return slices.Clip(list)
}
