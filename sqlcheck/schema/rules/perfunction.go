package rules

import "fmt"

// onePerFunction keeps the first finding about each function; the others are
// steps of its path.
func onePerFunction(found []Finding) []Finding {
	var out []Finding
	at := map[string]int{}
	for _, f := range found {
		key := fmt.Sprint(f.Subject, f.At)
		if i, ok := at[key]; ok {
			out[i].Path = append(out[i].Path, f.Path...)
			continue
		}
		at[key] = len(out)
		out = append(out, f)
	}
	return out
}
