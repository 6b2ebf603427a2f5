package report

import (
	"encoding/json"
	"io"
)

// WriteJSON writes r as one JSON object.
func WriteJSON(w io.Writer, r Report) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(prepared(r))
}
