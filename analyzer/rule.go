package analyzer

// Group is the promise that a rule's findings make.
type Group string

const (
	Breach  Group = "breach"  // proven; an error
	Suspect Group = "suspect" // likely; a warning
	Audit   Group = "audit"   // opt-in
	Preview Group = "preview" // opt-in, may change
)

// A Rule describes one analyzer of the suite to its users.
type Rule struct {
	Name  string // the analyzer's name
	Group Group
	Title string // one line
	Doc   string // the whole section of doc.go
	URL   string
}
