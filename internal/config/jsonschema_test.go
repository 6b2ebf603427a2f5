package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validator checks a YAML text as an editor does.
func validator(t *testing.T) func(text string) error {
	t.Helper()
	data, err := json.Marshal(JSONSchema(map[string]string{"rawpool": "x", "boundset": "y"}))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("s.json", tree); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("s.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) error {
		data, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			return err
		}
		tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return err
		}
		return s.Validate(tree)
	}
}

// What the reader takes for a mistake in the form, editors do, too, and what it
// accepts they do.
func TestJSONSchemaAgreesWithReader(t *testing.T) {
	valid := validator(t)
	for _, text := range []string{
		"version: 1\n",
		"version: 1\nstrategy: both\ntenant:\n  columns: [a]\n  settings: [app.x]\n  tables: [b]\n  verified: {internal/auth.Verify: why}\n" +
			"schema: [db]\nshared: [c]\npackages: {privileged: [./a], client: [./b]}\nhandles: {privileged: {db.Pool: why}}\n" +
			"roles: {app: [app], migrating: owner}\nrules: {rawpool: true}\ntests: true\n",
		"version: 1\napis:\n- {type: '*a.com/db.C', kind: pool}\n- {func: a.com/db.F, sends: {text: 1, args: 2}, handle: 0}\n- {func: (*a.com/db.C).G, returns: tx}\n- {func: a.com/db.H, calls: {func: 1, handle: 0, kind: scoped}}\n- {func: a.com/db.I, scopes: 0}\n",
		"version: 2\n", "{}\n", "version: 1\nnone: 1\n", "version: 1\nstrategy: x\n", "version: 1\ntenant: {column: [a]}\n", "version: 1\ntenant: [a]\n",
		"version: 1\nschema: db\n", "version: 1\nshared: [1]\n", "version: 1\nschema: ['']\n", "version: 1\npackages: {client: ./a}\n", "version: 1\ntests: yes\n",
		"version: 1\nrules: {rawpool: 1}\n", "version: 1\nhandles: {privileged: {db.Pool: 1}}\n", "version: 1\nhandles: {privileged: [db.Pool]}\n",
		"version: 1\nhandles: {privileged: [{name: db.Pool, reason: why}]}\n", "version: 1\nhandles: {privileged: [{name: db.Pool}]}\n",
		"version: 1\nhandles: {privileged: [{name: db.Pool, reason: why, when: now}]}\n",
		"version: 1\nroles: {app: app}\n", "version: 1\nroles: {migrating: [a]}\n", "version: 1\ntenant: {verified: {internal/auth.Verify: ''}}\n",
		"version: 1\napis: {}\n", "version: 1\napis: [{kind: pool}]\n", "version: 1\napis: [{type: a.com/db.C}]\n", "version: 1\napis: [{type: a.com/db.C, kind: x}]\n",
		"version: 1\napis: [{func: a.com/db.F}]\n", "version: 1\napis: [{func: a.com/db.F, returns: tx, scopes: 0}]\n", "version: 1\napis: [{func: a.com/db.F, type: a.com/db.C, kind: pool}]\n",
		"version: 1\napis: [{func: a.com/db.F, sends: {args: 1}, handle: 0}]\n", "version: 1\napis: [{func: a.com/db.F, calls: {func: 1}}]\n", "version: 1\napis: [{func: a.com/db.F, scopes: -1}]\n",
		"version: 1\napis: [{type: a.com/db.C, kind: pool, handle: 0}]\n",
	} {
		_, read := Parse("f", []byte(text))
		if edited := valid(text); (read == nil) != (edited == nil) {
			t.Errorf("%s\nthe reader says: %v\nthe schema says: %v", text, read, edited)
		}
	}
}

// Every mapping has the keys that the reader knows in it: those that it lists
// when it meets another one.
func TestJSONSchemaHasTheReadersKeys(t *testing.T) {
	const stranger = "zzzzzzzzzz"
	var visit func(path []string, s object)
	visit = func(path []string, s object) {
		properties, ok := s["properties"].(object)
		if !ok || slices.Equal(path, []string{"rules"}) {
			return
		}
		text := "version: 1\n"
		for depth, key := range path {
			indent := strings.Repeat("  ", depth)
			if key == "-" {
				text += indent + "- " + stranger + "x: 1\n"
				continue
			}
			text += indent + key + ":\n"
		}
		indent := strings.Repeat("  ", len(path))
		text += indent + stranger + ": 1\n"
		_, err := Parse("f", []byte(text))
		want := strings.Join(slices.Sorted(maps.Keys(properties)), ", ")
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("unknown key %q", stranger)) || !strings.Contains(err.Error(), "it has "+want) {
			t.Errorf("at %q the schema has %s, and the reader says: %v", path, want, err)
		}
		for _, key := range slices.Sorted(maps.Keys(properties)) {
			p, _ := properties[key].(object)
			if items, ok := p["items"].(object); ok {
				visit(append(slices.Clone(path), key, "-"), items)
			}
			visit(append(slices.Clone(path), key), p)
		}
	}
	visit(nil, JSONSchema(nil))
}
