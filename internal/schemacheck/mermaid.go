package schemacheck

import (
	"fmt"
	"io"
	"strings"

	"github.com/tenantvet/tenantvet/internal/report"
)

// WriteMermaid writes it as a flow chart of Mermaid: the tenant's context leads to
// the tables through their policies, and dashed lines past them.
func (p Picture) WriteMermaid(w io.Writer) error {
	m := &mermaid{}
	m.line("flowchart LR")
	for _, s := range p.Schemas {
		m.schema(s)
	}
	for _, style := range []string{
		"classDef closed fill:#e6f4ea,stroke:#1e8e3e,color:#000",
		"classDef guarded fill:#e8f0fe,stroke:#1967d2,color:#000",
		"classDef unknown fill:#f1f3f4,stroke:#5f6368,color:#000",
		"classDef open fill:#fce8e6,stroke:#d93025,color:#000",
		"classDef round fill:#fef7e0,stroke:#f9ab00,color:#000",
	} {
		m.line("  %s", style)
	}
	_, err := io.WriteString(w, m.out.String())
	return err
}

// mermaid writes nodes, which have numbers for names: those of tables may be words
// of Mermaid.
type mermaid struct {
	out   strings.Builder
	nodes int
}

func (m *mermaid) line(format string, args ...any) {
	fmt.Fprintf(&m.out, format+"\n", args...)
}

// node makes a node of a shape, given by its brackets.
func (m *mermaid) node(open, label, close, class string) string {
	m.nodes++
	id := fmt.Sprintf("n%d", m.nodes)
	if class != "" {
		class = ":::" + class
	}
	m.line("    %s%s\"%s\"%s%s", id, open, label, close, class)
	return id
}

func (m *mermaid) schema(s Shown) {
	m.nodes++
	m.line("  subgraph s%d[\"%s\"]", m.nodes, plain(s.Of))
	m.line("    direction LR")
	context := ""
	if len(s.Tables) > 0 {
		context = m.node("([", plain("tenant: "+orNone(strings.Join(s.Settings, ", "))), "])", "")
	}
	rounds := map[string]string{} // nodes, by what they are
	for _, t := range s.Tables {
		class := map[string]string{"can't tell": "unknown"}[worst(t)]
		if class == "" {
			class = worst(t)
		}
		label := plain(t.Name)
		if len(t.Columns) > 0 {
			label += "<br/>" + plain(strings.Join(t.Columns, ", "))
		}
		label += "<br/>" + plain("row-level security: "+security(t))
		id := m.node("[", label, "]", class)
		for _, p := range t.Policies {
			m.line("    %s -->|\"%s\"| %s", context, plain(p.Name+" ("+p.Command+"): "+p.Verdict), id)
		}
		if len(t.Policies) == 0 {
			m.line("    %s -.->|\"%s\"| %s", context, plain("no policy"), id)
		}
		for _, p := range t.Paths {
			what := plain(strings.TrimSpace(p.Kind + " " + p.Name))
			if rounds[what] == "" {
				rounds[what] = m.node("{{", what, "}}", "round")
			}
			m.line("    %s -.->|\"%s\"| %s", rounds[what], plain(short(p)), id)
		}
	}
	m.line("  end")
}

// short is why a path leads round the policies, for the side of a line.
func short(p report.Path) string {
	text, _, _ := strings.Cut(p.Reason, "; ")
	if !p.Sure {
		text += "?"
	}
	if r := []rune(text); len(r) > 60 {
		text = string(r[:57]) + "..."
	}
	return text
}

// plain is a text inside of quotes, in which Mermaid would take some letters for
// its own.
func plain(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune("\"#&<>`|[]{}();\\", r) {
			fmt.Fprintf(&b, "#%d;", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
