package provenance

// A Reaches is a fact.
type Reaches struct{}

// AFact marks Reaches as a fact of a function or variable.
func (*Reaches) AFact() {}

// A Links is a fact.
type Links struct{}

// AFact marks Links as a fact of a package.
func (*Links) AFact() {}

type reach struct{}

func (t *tracer) reaches([]Entry) *reach { return nil }
