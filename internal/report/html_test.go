package report

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func inventory() Report {
	at := func(line int) Position {
		return Position{File: "a.go", Line: line, Column: 1, EndLine: line, EndColumn: 1}
	}
	return Report{
		Totals: Totals{Sites: Sites{Safe: 2, Breach: 1, Privileged: 1, Unknown: 1, Causes: map[string]int{"dynamic-sql": 1}}},
		Inventory: &Inventory{
			Sites: []Site{
				{Position: at(1), Package: "shop/a", Function: "List", Operation: "SELECT", Table: "orders", Verdict: "safe"},
				{Position: at(2), Package: "shop/a", Operation: "UPDATE", Table: "orders", Verdict: "breach"},
				{Position: at(3), Package: "shop/b", Operation: "SELECT", Table: "<script>alert(1)</script>", Verdict: "safe"},
				{Position: at(4), Package: "shop/b", Operation: "SELECT", Table: "orders", Verdict: "privileged", Cause: "privileged"},
				{Position: at(5), Package: "shop/b", Verdict: "unknown", Cause: "dynamic-sql"},
			},
			Suppressions: []Suppression{{Position: at(9), Rules: []string{"rawpool"}, Reason: "because of " + secretKey()}},
			Tables: []Table{{Name: "public.orders", Columns: []string{"tenant_id"}, RLS: true, Policies: []Policy{{Name: "p", Command: "all", Roles: []string{"public"}, Using: "a < b", Verdict: "closed"}},
				Timeline: []Step{{Position: at(7), Message: "created"}}}},
		},
	}
}

// The page escapes what it shows, hides secrets, needs nothing from elsewhere, and
// its tags are balanced.
func TestPage(t *testing.T) {
	out := string(written(t, "html", inventory(), View{Root: t.TempDir()}))
	for _, want := range []string{
		"<strong>2 of 5 queries</strong> on tenants' tables (40 %)", "&lt;script&gt;alert(1)&lt;/script&gt;", "a &lt; b",
		`class="breach" title="1 breach, 1 safe">2!`, "not for the owner", "because of ⟨supabase secret key⟩", "a.go:7",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{secretKey(), "<script>alert", "src=\"http", "url(http", "@import", "<no value>", "ZgotmplZ"} {
		if strings.Contains(out, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	d := xml.NewDecoder(strings.NewReader(strings.Replace(out, "<!DOCTYPE html>", "", 1)))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	depth := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	if depth != 0 {
		t.Errorf("%d tags are left open", depth)
	}
}

func TestCommonPath(t *testing.T) {
	for want, paths := range map[string][]string{
		"a/b/": {"a/b/c", "a/b/cd", "a/b/c/e"}, "": {"a", "b"}, "x/": {"x/y", "x/z"}, "m/": {"m/x"},
	} {
		if got := commonPath(paths); got != want {
			t.Errorf("%q: %q, want %q", paths, got, want)
		}
	}
}
