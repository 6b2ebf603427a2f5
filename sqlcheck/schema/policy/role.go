package policy

// few is how many policies let a role through, for each that holds it to a tenant,
// where it is there to see everything: it may be held in a table where it needs no
// more.
const few = 4

// SeesEverything reports whether a role is no ordinary one, by how many policies
// let it through to all rows and how many compare the rows with the context.
func SeesEverything(through, held int) bool { return through >= few*held }
