package report

import (
	"encoding/json"
	"io"
)

// writeJSON writes r as one JSON object.
func writeJSON(w io.Writer, r Report, _ View) error {
	return encode(w, r)
}

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
