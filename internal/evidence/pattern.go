package evidence

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first used: the
// go command starts the tool for each package of a build, and most ask nothing.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
