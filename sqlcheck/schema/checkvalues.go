package schema

import "slices"

// freeze says what a check refuses: it is evaluated for NULL and for ” in each
// column that it names, while nothing is known of the others. A check that is NULL
// lets the row pass.
func (k *check) freeze(t *table) Check {
	out := Check{Name: k.name, Text: deparsed(k.expr), At: k.at}
	for _, c := range t.Columns {
		if !refersTo(k.expr, t.Name, c.Name) {
			continue
		}
		for _, probe := range []struct {
			value value
			list  *[]string
		}{{null, &out.NotNull}, {textValue(""), &out.NotEmpty}} {
			e := &env{r: &replay{catalog: newCatalog()}, rows: []boundRow{{alias: t.Name, row: t.rowWith(c.Name, probe.value)}}}
			if e.eval(k.expr).single().isFalse() {
				*probe.list = append(*probe.list, c.Name)
			}
		}
	}
	slices.Sort(out.NotNull)
	slices.Sort(out.NotEmpty)
	return out
}

// rowWith is a row of which one value is known.
func (t *table) rowWith(column string, v value) value {
	out := value{kind: valRow}
	for _, c := range t.Columns {
		out.cols = append(out.cols, c.Name)
		if c.Name == column {
			out.list = append(out.list, v)
		} else {
			out.list = append(out.list, value{})
		}
	}
	return out
}
