package driver

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/tenantvet/tenantvet/analyzer"
)

// A vetResult is what one or more runs of go vet said.
type vetResult struct {
	units    map[string]map[string]ruleResult // unit ID -> analyzer -> result
	messages map[string][]string              // unit ID -> lines on standard error
	other    []string                         // lines that belong to no unit
	answers  int                              // objects read
}

// A ruleResult is what one analyzer said about one unit.
type ruleResult struct {
	diagnostics []vetDiagnostic
	err         string
}

// The JSON of golang.org/x/tools/go/analysis/unitchecker.
type (
	vetDiagnostic struct {
		Posn           string       `json:"posn"`
		End            string       `json:"end"`
		Message        string       `json:"message"`
		SuggestedFixes []vetFix     `json:"suggested_fixes"`
		Related        []vetRelated `json:"related"`
	}
	vetFix struct {
		Message string    `json:"message"`
		Edits   []vetEdit `json:"edits"`
	}
	vetEdit struct {
		Filename string `json:"filename"`
		Start    int    `json:"start"`
		End      int    `json:"end"`
		New      string `json:"new"`
	}
	vetRelated struct {
		Posn    string `json:"posn"`
		Message string `json:"message"`
	}
)

// UnmarshalJSON reads a list of diagnostics, or an error in its place.
func (r *ruleResult) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		return json.Unmarshal(data, &r.diagnostics)
	}
	var e struct {
		Error string `json:"error"`
	}
	err := json.Unmarshal(data, &e)
	r.err = e.Error
	return err
}

func newVetResult() *vetResult {
	return &vetResult{units: make(map[string]map[string]ruleResult), messages: make(map[string][]string)}
}

// maxArgs keeps a command line below what every system takes; Windows, with
// 32,767 characters, the least.
const maxArgs = 24 << 10

// A vetRun is how go vet is started.
type vetRun struct {
	dir      string
	flags    []string
	progress func()
}

// newVetRun makes this program the tool.
func newVetRun(o options, overlay *overlay, progress func()) (vetRun, error) {
	self, err := os.Executable()
	if err != nil {
		return vetRun{}, fmt.Errorf("finding the own executable: %v", err)
	}
	buildFlags, err := o.buildFlags(overlay)
	if err != nil {
		return vetRun{}, err
	}
	flags := append([]string{"vet", "-vettool=" + self, "-json", "-census.report"}, buildFlags...)
	if o.strict {
		for _, r := range analyzer.Rules() {
			if r.Group == analyzer.Audit && !r.Schema {
				flags = append(flags, "-"+r.Name+".strict")
			}
		}
	}
	return vetRun{dir: o.dir, flags: slices.Clip(flags), progress: progress}, nil
}

// vet asks about packages, in several runs if their names need more than one
// command line.
func (r *vetResult) vet(ctx context.Context, run vetRun, packages []string) error {
	for _, chunk := range chunks(packages, maxArgs) {
		if err := r.divide(ctx, run, chunk); err != nil {
			return err
		}
	}
	return nil
}

// divide asks about packages, and if the go command refuses them altogether,
// about each half, until the package that it objects to stands alone.
func (r *vetResult) divide(ctx context.Context, run vetRun, packages []string) error {
	answers, said := r.answers, len(r.other)
	if err := r.run(ctx, run, packages); err != nil {
		return err
	}
	objections := r.other[said:]
	if r.answers > answers || len(objections) == 0 || toolRefused(objections) {
		return nil
	}
	r.other = r.other[:said]
	if len(packages) == 1 {
		r.messages[packages[0]] = append(r.messages[packages[0]], objections...)
		return nil
	}
	half := len(packages) / 2
	if err := r.divide(ctx, run, packages[:half]); err != nil {
		return err
	}
	return r.divide(ctx, run, packages[half:])
}

// toolRefused reports whether the go command gave up on the tool rather than
// on packages.
func toolRefused(lines []string) bool {
	return slices.ContainsFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "go: error obtaining buildID") || strings.Contains(line, " -flags failed")
	})
}

// chunks splits args so that none of the parts is longer than limit bytes,
// unless a single argument is.
func chunks(args []string, limit int) [][]string {
	var out [][]string
	size := 0
	for _, a := range args {
		if len(out) == 0 || size+len(a)+1 > limit {
			out = append(out, nil)
			size = 0
		}
		out[len(out)-1] = append(out[len(out)-1], a)
		size += len(a) + 1
	}
	return out
}

func (r *vetResult) run(ctx context.Context, run vetRun, packages []string) error {
	cmd := exec.CommandContext(ctx, "go", append(run.flags, packages...)...)
	cmd.Dir = run.dir
	// Interrupt rather than kill, so that the go command removes its work.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting go vet: %v", err)
	}
	decodeErr := r.decode(stdout, run.progress)
	_, _ = io.Copy(io.Discard, stdout) // let it finish whatever it says
	waitErr := cmd.Wait()
	said := r.readMessages(stderr.String())
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case decodeErr != nil:
		return fmt.Errorf("reading the output of go vet: %v", decodeErr)
	case waitErr != nil && !errors.As(waitErr, new(*exec.ExitError)):
		return fmt.Errorf("go vet: %v", waitErr)
	case waitErr != nil && !said:
		return fmt.Errorf("go vet failed without a word: %v", waitErr)
	}
	return nil
}

// decode reads a stream of objects, one a unit.
func (r *vetResult) decode(stdout io.Reader, progress func()) error {
	dec := json.NewDecoder(stdout)
	for {
		var tree map[string]map[string]ruleResult
		switch err := dec.Decode(&tree); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
		for id, rules := range tree {
			if r.units[id] == nil {
				r.units[id] = make(map[string]ruleResult)
			}
			// A package may be there twice, built for another one's test.
			for rule, result := range rules {
				was := r.units[id][rule]
				r.units[id][rule] = ruleResult{append(was.diagnostics, result.diagnostics...), cmp.Or(was.err, result.err)}
			}
			r.answers++
			progress()
		}
	}
}

// readMessages sorts the lines of standard error under the units they belong
// to: the go command writes "# unit" above each group.
func (r *vetResult) readMessages(stderr string) (said bool) {
	id := ""
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n")
		switch name, isHeader := strings.CutPrefix(line, "# "); {
		case isHeader && strings.HasPrefix(name, "["):
			continue // says again which variant is meant
		case isHeader:
			id = name
			continue
		case strings.TrimSpace(line) == "":
			continue
		case strings.HasPrefix(line, "go: "), id == "":
			id = ""
			r.other = append(r.other, line)
		default:
			r.messages[id] = append(r.messages[id], line)
		}
		said = true
	}
	return said
}
