package sqlcheck

import "strings"

// expectsOperand reports whether a word is a keyword after which an operand,
// a name or a clause must come, so that it is no operand itself.
func expectsOperand(word string) bool {
	_, ok := clauseWords[strings.ToLower(word)]
	return ok
}

// clauseWords are the keywords that end no operand, with the place of a hole
// that follows. It is only read.
var clauseWords = map[string]Place{
	"all": InFragment, "alter": InName, "analyze": InFragment, "and": InFragment, "any": InValue,
	"array": InValue, "as": InName, "between": InValue, "both": InValue, "by": InFragment,
	"call": InName, "case": InFragment, "cascade": InFragment, "check": InFragment, "collate": InName, "column": InName,
	"concurrently": InName, "constraint": InName, "copy": InName, "create": InFragment, "cross": InFragment,
	"cursor": InFragment, "database": InName, "declare": InName, "default": InValue, "delete": InFragment,
	"discard": InFragment, "distinct": InFragment, "do": InFragment, "drop": InFragment, "else": InValue,
	"escape": InValue, "except": InFragment, "execute": InName, "exists": InName, "explain": InFragment,
	"fetch": InValue, "filter": InFragment, "first": InValue, "for": InFragment, "from": InName, "full": InFragment,
	"function": InName, "grant": InFragment, "group": InFragment, "having": InFragment, "if": InFragment,
	"ilike": InValue, "in": InValue, "index": InName, "inner": InFragment, "insert": InFragment,
	"intersect": InFragment, "interval": InValue, "into": InName, "is": InFragment, "join": InName,
	"lateral": InFragment, "left": InFragment, "like": InValue, "limit": InValue, "listen": InName, "local": InName,
	"lock": InName, "materialized": InFragment, "merge": InFragment, "natural": InFragment, "next": InValue,
	"not": InFragment, "notify": InName, "of": InName, "offset": InValue, "on": InFragment, "only": InName,
	"or": InFragment, "order": InFragment, "outer": InFragment, "over": InFragment, "partition": InFragment,
	"policy": InName, "prepare": InName, "procedure": InName, "reset": InName, "returning": InFragment,
	"revoke": InFragment, "right": InFragment, "role": InName, "schema": InName, "select": InFragment,
	"session": InName, "set": InFragment, "similar": InValue, "some": InValue, "table": InName, "then": InValue,
	"to": InValue, "trigger": InName, "truncate": InName, "type": InName, "union": InFragment, "unique": InFragment,
	"update": InName, "user": InName, "using": InFragment, "values": InFragment, "view": InName, "when": InFragment,
	"where": InFragment, "with": InFragment, "authorization": InName, "savepoint": InName, "release": InName,
	"recursive": InName, "owner": InName, "add": InFragment, "rename": InFragment, "extension": InName,
	"begin": InFragment, "commit": InFragment, "rollback": InFragment, "force": InFragment,
}

// startsStatement reports whether a word can be the first of a statement.
func startsStatement(word string) bool {
	switch strings.ToLower(word) {
	case "select", "insert", "update", "delete", "merge", "with", "values", "table", "set", "reset", "begin",
		"start", "commit", "end", "rollback", "savepoint", "release", "create", "alter", "drop", "truncate",
		"copy", "lock", "grant", "revoke", "explain", "prepare", "execute", "declare", "fetch", "close", "call",
		"do", "discard", "show", "listen", "notify", "unlisten", "comment", "refresh", "analyze", "vacuum":
		return true
	}
	return false
}
