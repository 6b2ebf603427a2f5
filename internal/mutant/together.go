package mutant

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/tenantvet/tenantvet/internal/report"
)

// Together judges mutants as Judge does, many in one run of the tool: those whose
// functions cannot call each other, as far as the program's text tells. Findings in
// its own function kill a mutant, a run without any lets all in it survive, and the
// rest are parted until one stands alone. done is told of each, in no particular
// order.
func (j *Judge) Together(ctx context.Context, p *Program, all []Mutant, done func(Outcome)) error {
	rest := slices.Clone(all)
	for len(rest) > 0 {
		var round []Mutant
		round, rest = p.independent(rest)
		if err := j.round(ctx, round, done); err != nil {
			return err
		}
	}
	return nil
}

// round judges mutants that don't touch each other.
func (j *Judge) round(ctx context.Context, round []Mutant, done func(Outcome)) error {
	if len(round) == 0 {
		return nil
	}
	if len(round) == 1 {
		o, err := j.Judge(ctx, round[0])
		if err == nil {
			done(o)
		}
		return err
	}
	edits := map[string][]Edit{}
	for _, m := range round {
		edits[m.File] = append(edits[m.File], m.Edits...)
	}
	now, err := j.with(ctx, edits)
	if err != nil {
		return err
	}
	var rest []Mutant
	decided := Compare(Mutant{}, j.base, now)
	for _, m := range round {
		o := Outcome{Mutant: m, Verdict: decided.Verdict}
		for _, f := range decided.Findings {
			if f.Position.File == m.File && f.Function == m.Function {
				o.Findings = append(o.Findings, f)
			}
		}
		switch {
		case decided.Verdict == Killed && len(o.Findings) > 0, decided.Verdict == Survived:
			done(o)
		default:
			rest = append(rest, m)
		}
	}
	if len(rest) < len(round) {
		return j.round(ctx, rest, done)
	}
	half := len(rest) / 2
	if err := j.round(ctx, rest[:half], done); err != nil {
		return err
	}
	return j.round(ctx, rest[half:], done)
}

// with runs the tool on the program with edits, and takes them back.
func (j *Judge) with(ctx context.Context, edits map[string][]Edit) (r report.Report, err error) {
	for file, list := range edits {
		path := filepath.Join(j.Dir, filepath.FromSlash(file))
		text, err := os.ReadFile(path)
		if err != nil {
			return r, err
		}
		sortEdits(list)
		if err := os.WriteFile(path, apply(text, list), 0o666); err != nil {
			return r, err
		}
		defer func() {
			if back := os.WriteFile(path, text, 0o666); back != nil && err == nil {
				err = back
			}
		}()
	}
	return RunTool(ctx, j.Tool, j.Dir)
}

// independent takes mutants out that don't touch each other, and returns the
// others. One of an operator that is not local stands alone.
func (p *Program) independent(all []Mutant) (round, rest []Mutant) {
	taken, reached := map[*function]bool{}, map[*function]bool{}
	edits := map[string][]Edit{}
	for _, m := range all {
		f := p.declaring(m)
		if f == nil || !isLocal(m.Operator) {
			if len(round) == 0 {
				return all[:1], all[1:]
			}
			rest = append(rest, m)
			continue
		}
		own := p.reachable(f)
		free := !reached[f] && !overlap(edits[m.File], m.Edits) // nothing that is taken calls it
		for g := range own {
			free = free && !taken[g]
		}
		if !free {
			rest = append(rest, m)
			continue
		}
		taken[f] = true
		edits[m.File] = append(edits[m.File], m.Edits...)
		maps.Copy(reached, own)
		round = append(round, m)
	}
	return round, rest
}

func overlap(a, b []Edit) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Start <= y.End && y.Start <= x.End {
				return true
			}
		}
	}
	return false
}

// declaring is the declaration around a mutant, nil if it is in none.
func (p *Program) declaring(m Mutant) *function {
	for fn, f := range p.funcs {
		if fn.Pkg().Path() == m.Package && functionName(fn) == m.Function {
			return f
		}
	}
	return nil
}

// reachable are the declarations that a call of f may lead to, f among them.
func (p *Program) reachable(f *function) map[*function]bool {
	seen := map[*function]bool{f: true}
	for todo := []*function{f}; len(todo) > 0; {
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, callee := range g.callees {
			for _, h := range p.resolve(callee) {
				if !seen[h] {
					seen[h] = true
					todo = append(todo, h)
				}
			}
		}
	}
	return seen
}
