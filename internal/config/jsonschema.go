package config

import "slices"

// An object is a JSON object, as encoding/json writes it: sorted by key.
type object = map[string]any

// JSONSchema describes tenantvet.yaml for editors, which complete and check it
// with that; the reader has the last word. titles has a line for each rule.
func JSONSchema(titles map[string]string) map[string]any {
	rules := make(object)
	for name, title := range titles {
		rules[name] = object{"type": "boolean", "description": title}
	}
	return object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$id":     "https://raw.githubusercontent.com/tenantvet/tenantvet/main/tenantvet.schema.json",
		"title":   FileName,
		"type":    "object", "additionalProperties": false, "required": []string{"version"},
		"properties": object{
			"version":  object{"const": Version, "description": "of this format"},
			"strategy": object{"enum": []string{RLS, Filter, Both}, "description": "how tenants are kept apart: by policies, by a condition in each statement, or by both; policies unless it is given"},
			"tenant": mapping("how rows and contexts name their tenant", object{
				"columns":  names("columns that name a row's tenant"),
				"settings": names("settings that carry the tenant, such as app.tenant_id"),
				"tables":   names("tenant tables that no policy shows"),
				"verified": reasons("functions that return what was verified, such as internal/auth.Verifier.Verify, and why that holds"),
			}),
			"schema": names("globs of migration directories or SQL files, relative to this file"),
			"shared": names("tables that belong to no tenant"),
			"packages": mapping("what packages are for, as patterns relative to the module", object{
				"privileged": names("may hold service-role credentials and bypass roles"),
				"client":     names("programs that run with their users, and may hold no credential"),
			}),
			"handles": mapping("what single handles are for", object{
				"privileged": reasons("fields, variables and functions whose role bypasses row-level security on purpose, such as internal/store.Store.ownerPool, and why"),
			}),
			"roles": mapping("roles of the database", object{
				"app":       names("logins of the application"),
				"migrating": object{"type": "string", "minLength": 1, "description": "runs the migrations, and owns what they create"},
			}),
			"limits": object{"type": "object", "additionalProperties": object{"type": "string", "pattern": `^.+\..+$`},
				"description": "how many rows of a table a tenant may have: the column that says it, as in projects: plans.max_projects"},
			"apis":  object{"type": "array", "items": apiSchema(), "description": "what can't be seen of a library"},
			"rules": object{"type": "object", "additionalProperties": false, "properties": rules, "description": "switches rules on and off"},
			"tests": object{"type": "boolean", "description": "report findings in _test.go files, too"},
		},
	}
}

func mapping(description string, properties object) object {
	return object{"type": "object", "additionalProperties": false, "properties": properties, "description": description}
}

func names(description string) object {
	return object{"type": "array", "items": object{"type": "string", "minLength": 1}, "description": description}
}

func reasons(description string) object {
	text := object{"type": "string", "minLength": 1}
	entry := object{"type": "object", "additionalProperties": false, "required": []string{"name", "reason"}, "properties": object{"name": text, "reason": text}}
	return object{"anyOf": []object{
		{"type": "object", "additionalProperties": text},
		{"type": "array", "items": entry},
	}, "description": description}
}

// apiSchema is that of an entry of apis: a type with its kind, or a function with
// what it does.
func apiSchema() object {
	argument := object{"type": "integer", "minimum": 0, "maximum": 99}
	operand := object{"anyOf": []object{{"const": "receiver"}, argument}}
	with := func(o object, description string) object {
		o = object{"allOf": []object{o}, "description": description}
		return o
	}
	effects := []object{}
	for _, effect := range []string{"sends", "returns", "calls", "scopes"} {
		effects = append(effects, object{"required": []string{effect}})
	}
	sends := mapping("it sends SQL: which arguments are the text and its values", object{"text": argument, "args": argument})
	sends["required"] = []string{"text"}
	calls := mapping("it calls an argument with a handle", object{"func": argument, "handle": argument, "kind": object{"enum": kindsOfCallbacks}})
	calls["required"] = []string{"func", "kind"}
	item := mapping("a type with its kind, or a function with what it does", object{
		"type":    object{"type": "string", "description": "as in *example.com/db.Client"},
		"func":    object{"type": "string", "description": "as in (*example.com/db.Client).Select"},
		"kind":    object{"enum": kindsOfTypes, "description": "what values of the type are"},
		"handle":  with(operand, "what the function works on: receiver, or the number of an argument"),
		"sends":   sends,
		"returns": object{"enum": kindsOfResults, "description": "what its result is"},
		"calls":   calls,
		"scopes":  with(operand, "it sets the tenant's context on this handle"),
	})
	item["oneOf"] = []object{
		{"required": []string{"type", "kind"}, "not": object{"anyOf": append(slices.Clone(effects), object{"required": []string{"func"}}, object{"required": []string{"handle"}})}},
		{"required": []string{"func"}, "oneOf": effects, "not": object{"anyOf": []object{{"required": []string{"type"}}, {"required": []string{"kind"}}}}},
	}
	return item
}
