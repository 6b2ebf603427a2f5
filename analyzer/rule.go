package analyzer

// Group is the promise that a rule's findings make.
type Group string

const (
	Breach  Group = "breach"  // proven; an error
	Suspect Group = "suspect" // likely; a warning
	Audit   Group = "audit"   // opt-in
	Preview Group = "preview" // opt-in, may change
)

// A Rule describes one analyzer of the suite, or one rule about migrations, to
// its users.
type Rule struct {
	Name  string // the analyzer's name, if it has one
	Group Group
	Title string // one line
	Doc   string // the whole section of the documentation
	URL   string
	// Schema: it is about migrations. The command line reports it there; its analyzer
	// speaks of the migrations that packages embed.
	Schema bool
}
