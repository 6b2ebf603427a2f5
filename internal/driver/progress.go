package driver

import (
	"fmt"
	"os"
)

// A progress shows on a terminal what is going on, on one line that is taken
// away in the end. Elsewhere it is silent.
type progress struct {
	w           *os.File
	on          bool
	what        string
	done, total int
}

func newProgress(w *os.File) *progress {
	return &progress{w: w, on: isTerminal(w)}
}

func (p *progress) start(what string, total int) {
	p.what, p.done, p.total = what, 0, total
	p.show()
}

func (p *progress) step() {
	// More units than packages: tests are units of their own.
	p.done = min(p.done+1, p.total)
	p.show()
}

func (p *progress) show() {
	switch {
	case !p.on:
	case p.total == 0:
		fmt.Fprintf(p.w, "\r\x1b[K%s", p.what)
	default:
		fmt.Fprintf(p.w, "\r\x1b[K%s %d/%d", p.what, p.done, p.total)
	}
}

func (p *progress) clear() {
	if p.on {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
