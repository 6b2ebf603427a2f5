package report

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

//go:embed html.tmpl
var pageTemplate string

// writeHTML writes r as one page that needs nothing else: for whoever must
// answer how tenants are kept apart. It can be read without JavaScript, which
// only adds the filter.
func writeHTML(w io.Writer, r Report, v View) error {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, newPage(r, v))
}

// A page is what the template shows.
type page struct {
	Report    Report
	Obstacles []obstacle
	Lines     []string // the totals
	All       bar
	Packages  []bar
	Tables    []bar
	Matrix    matrix
	Findings  []ruleFindings
	Inventory Inventory
	Causes    []cause
	Verdicts  []string
}

// A bar shows how a number of sites is divided by verdict.
type bar struct {
	Name  string
	Total int
	Parts []part
}

// A part of a bar begins at Start and is Width wide, in percent.
type part struct {
	Verdict      string
	Count        int
	Start, Width float64
}

// Share is the part of the sites with a verdict, in percent, rounded down so that
// 100 means all.
func (b bar) Share(verdict string) int {
	if b.Total == 0 {
		return 0
	}
	return 100 * b.Count(verdict) / b.Total
}

// Count is the number of sites with a verdict.
func (b bar) Count(verdict string) int {
	for _, p := range b.Parts {
		if p.Verdict == verdict {
			return p.Count
		}
	}
	return 0
}

// A matrix has a row a table and a column a package.
type matrix struct {
	Packages []string
	Rows     []matrixRow
}

type matrixRow struct {
	Table string
	Cells []cell
}

// A cell shows the worst verdict on the queries that a package sends to a table.
type cell struct {
	Verdict string // "" where there are none
	Total   int
	Of      string // in words
}

type ruleFindings struct {
	Rule, Title, URL string
	Findings         []Finding
}

type cause struct {
	Name  string
	Count int
}

func newPage(r Report, v View) page {
	p := &printer{View: v, sources: newSources(v.Root)}
	out := page{Report: r, Obstacles: obstacles(r.Incomplete), Lines: p.totals(r), Verdicts: verdicts[:]}
	if r.Inventory != nil {
		out.Inventory = *r.Inventory
	}
	sites := out.Inventory.Sites
	out.All = barOf("all", sites)
	out.Packages = bars(sites, func(s Site) string { return s.Package })
	out.Tables = bars(sites, tableOf)
	out.Matrix = newMatrix(sites)
	for _, rule := range byCount(r.Totals.ByRule) {
		group := ruleFindings{Rule: rule}
		for _, known := range p.metadata() {
			if known.Name == rule {
				group.Title, group.URL = known.Title, known.URL
			}
		}
		for _, f := range r.Findings {
			if f.Rule == rule {
				f.Message = f.whole()
				group.Findings = append(group.Findings, f)
			}
		}
		out.Findings = append(out.Findings, group)
	}
	for _, name := range byCount(r.Totals.Sites.Causes) {
		out.Causes = append(out.Causes, cause{name, r.Totals.Sites.Causes[name]})
	}
	return out
}

func tableOf(s Site) string { return cmp.Or(s.Table, "not known") }

// bars makes one bar a key: those with breaches first, then the longest.
func bars(sites []Site, key func(Site) string) []bar {
	by := make(map[string][]Site)
	for _, s := range sites {
		by[key(s)] = append(by[key(s)], s)
	}
	var out []bar
	for _, name := range slices.Sorted(maps.Keys(by)) {
		out = append(out, barOf(name, by[name]))
	}
	slices.SortStableFunc(out, func(a, b bar) int {
		return cmp.Or(cmp.Compare(b.Count(Breach), a.Count(Breach)), cmp.Compare(b.Count(Suspect), a.Count(Suspect)), cmp.Compare(b.Total, a.Total))
	})
	return out
}

func barOf(name string, sites []Site) bar {
	b := bar{Name: name, Total: len(sites)}
	start := 0.0
	counts := CountSites(sites)
	for _, verdict := range verdicts {
		n := counts.Of(verdict)
		if n == 0 {
			continue
		}
		width := 100 * float64(n) / float64(len(sites))
		b.Parts = append(b.Parts, part{verdict, n, start, width})
		start += width
	}
	return b
}

func newMatrix(sites []Site) matrix {
	var m matrix
	cells := make(map[[2]string][]Site)
	tables := make(map[string]bool)
	for _, s := range sites {
		if s.Table == "" {
			continue // it has no row
		}
		cells[[2]string{s.Table, s.Package}] = append(cells[[2]string{s.Table, s.Package}], s)
		tables[s.Table] = true
		if !slices.Contains(m.Packages, s.Package) {
			m.Packages = append(m.Packages, s.Package)
		}
	}
	slices.Sort(m.Packages)
	common := commonPath(m.Packages)
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		row := matrixRow{Table: table}
		for _, pkg := range m.Packages {
			row.Cells = append(row.Cells, cellOf(cells[[2]string{table, pkg}]))
		}
		m.Rows = append(m.Rows, row)
	}
	for i, pkg := range m.Packages {
		m.Packages[i] = cmp.Or(strings.TrimPrefix(pkg, common), pkg)
	}
	return m
}

// commonPath is what all import paths begin with, up to a slash: columns have
// little room.
func commonPath(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	common := paths[0]
	for _, p := range paths {
		for !strings.HasPrefix(p, common) {
			common = common[:strings.LastIndex(strings.TrimSuffix(common, "/"), "/")+1]
		}
	}
	return common[:strings.LastIndex(common, "/")+1]
}

func cellOf(sites []Site) cell {
	b := barOf("", sites)
	c := cell{Total: b.Total}
	var words []string
	for _, verdict := range worstFirst {
		if n := b.Count(verdict); n > 0 {
			c.Verdict = cmp.Or(c.Verdict, verdict)
			words = append(words, strconv.Itoa(n)+" "+verdict)
		}
	}
	c.Of = strings.Join(words, ", ")
	return c
}
