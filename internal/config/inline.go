package config

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// Inline reads a configuration that stands in another tool's file, as that tool
// hands it over: maps, lists and scalars. file names it in errors, which have no
// positions. A version may be left out. Names of Go are not keys in it: such
// tools change their case and split them at dots.
func Inline(file string, settings any) (Config, error) {
	keys := map[string]any{"version": Version}
	switch settings := settings.(type) {
	case nil:
	case map[string]any:
		for key, value := range settings {
			keys[key] = value
		}
	default:
		return Config{}, Errors{{File: file, Message: fmt.Sprintf("the settings must be a mapping of keys to values, not %T", settings)}}
	}
	data, err := yaml.Marshal(keys)
	if err != nil {
		return Config{}, Errors{{File: file, Message: "can't be read: " + oneLine(err.Error()), Err: err}}
	}
	r := &reader{file: file, inline: true}
	c := r.config(data)
	if len(r.errs) == 0 {
		// Positions would be those of the text made here.
		c.RulePositions, c.SchemaPositions, c.HandlePositions, c.VerifiedPositions, c.LimitPositions = nil, nil, nil, nil, nil
		for i := range c.APIs {
			c.APIs[i].Position = Position{}
		}
		return c, nil
	}
	for _, e := range r.errs {
		e.Line, e.Column = 0, 0
	}
	return Config{}, r.errs
}
