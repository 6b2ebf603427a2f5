package goddl

import (
	"cmp"
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// builtin is a call of a function or type of the language.
func (f *frame) builtin(name string, e *ast.CallExpr) (value, bool) {
	if len(e.Args) == 0 { // the file is parsed, and not checked
		return value{}, slices.Contains([]string{"append", "len", "string", "any", "make", "new"}, name)
	}
	switch name {
	case "append":
		return f.appended(f.eval(e.Args[0]), e), true
	case "len":
		switch v := f.eval(e.Args[0]); v.kind {
		case ofList:
			if _, ok := v.plain(); ok {
				return number(len(v.list)), true
			}
		case ofMap:
			return number(len(v.pairs)), true
		}
		return value{}, true
	case "string", "any":
		return f.eval(e.Args[0]), true
	case "make", "new":
		return f.zero(e.Args[0]), true
	case "panic", "copy", "delete", "clear", "cap", "min", "max", "print", "println", "close":
		for _, a := range e.Args {
			f.eval(a)
		}
		return value{}, true
	}
	if f.file.pkg.types[name] != nil && len(e.Args) == 1 {
		return f.eval(e.Args[0]), true // a conversion
	}
	return value{}, false
}

// appended adds to a list; within loops over rows, for each of them.
func (f *frame) appended(to value, e *ast.CallExpr) value {
	if to.kind == ofNil || to.kind == unknown {
		to = value{kind: ofList}
	}
	if to.kind != ofList {
		return value{}
	}
	out := value{kind: ofList, list: slices.Clone(to.list)}
	add := func(i item) {
		if f.doubt > 0 {
			i.value = value{}
		}
		i.per = append(slices.Clone(f.loops), i.per...)
		i.if_ = append(slices.Clone(f.conds), i.if_...)
		out.list = append(out.list, i)
	}
	for n, a := range e.Args[1:] {
		v := f.eval(a)
		if e.Ellipsis.IsValid() && n == len(e.Args)-2 {
			if v.kind != ofList {
				add(item{})
			}
			for _, i := range v.list {
				add(i)
			}
			continue
		}
		add(item{value: v})
	}
	return out
}

// library is a call of a function of a library that makes texts and lists.
func (f *frame) library(of, name string, args []value) (value, bool) {
	at := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return value{}
	}
	key := importName(of) + "." + name
	switch key {
	case "fmt.Sprintf":
		return texts(sprintf(at(0).asText(), args[min(1, len(args)):])), true
	case "fmt.Sprint":
		var out text
		for _, a := range args {
			out = append(out, a.asText()...)
		}
		return texts(out), true
	case "fmt.Fprintf":
		if at(0).kind == ofBuilder {
			*args[0].buf = append(*args[0].buf, sprintf(at(1).asText(), args[min(2, len(args)):])...)
		}
		return value{}, true
	case "strconv.Itoa":
		if at(0).kind == ofNumber {
			return texts(constant(strconv.Itoa(args[0].num))), true
		}
		return texts(hole()), true
	case "strconv.Quote":
		return texts(append(append(constant(`"`), at(0).asText()...), part{text: `"`})), true
	case "pq.QuoteIdentifier":
		return texts(at(0).asText().quoted()), true
	case "pq.QuoteLiteral":
		if s, ok := at(0).asText().known(); ok {
			return texts(constant(literal(s))), true
		}
		return texts(hole()), true
	case "pgx.CollectRows", "pgx.AppendRows":
		rows := at(0)
		if name == "AppendRows" {
			rows = at(1)
		}
		if rows.kind == ofRows {
			return f.listOf(rows), true
		}
		return value{}, true
	case "maps.Keys", "maps.Values":
		out := value{kind: ofList}
		for _, p := range at(0).pairs {
			v := p.key
			if name == "Values" {
				v = p.val
			}
			out.list = append(out.list, item{value: v})
		}
		return out, at(0).kind == ofMap
	case "slices.Sorted":
		return sorted(at(0)), true
	case "slices.Collect", "slices.Values", "slices.Clone", "slices.Compact":
		return at(0), true
	case "slices.Concat":
		out := value{kind: ofList}
		for _, a := range args {
			if a.kind != ofList {
				return value{}, true
			}
			out.list = append(out.list, a.list...)
		}
		return out, true
	case "slices.Contains":
		return value{kind: ofBool, cond: memberOf(at(0), at(1))}, true
	}
	if of == "strings" {
		return stringsCall(name, args)
	}
	return value{}, false
}

func sorted(v value) value {
	list, ok := v.plain()
	if !ok {
		return v
	}
	for _, e := range list {
		if _, ok := e.key(); !ok {
			return v
		}
	}
	slices.SortStableFunc(list, func(a, b value) int {
		x, _ := a.key()
		y, _ := b.key()
		return cmp.Compare(x, y)
	})
	out := value{kind: ofList}
	for _, e := range list {
		out.list = append(out.list, item{value: e})
	}
	return out
}

func memberOf(list, v value) cond {
	elements, ok := list.plain()
	if !ok {
		return cond{}
	}
	found := cond{known: true}
	for _, e := range elements {
		found = or(found, equal(e, v))
	}
	return found
}

// stringsCall is a call of package strings.
func stringsCall(name string, args []value) (value, bool) {
	if name == "NewReplacer" {
		out := value{kind: ofReplacer}
		for _, a := range args {
			out.list = append(out.list, item{value: a})
		}
		return out, true
	}
	if len(args) == 0 {
		return value{}, false
	}
	if name == "Join" && len(args) == 2 {
		elements, ok := args[0].plain()
		if !ok {
			return texts(hole()), true
		}
		var list []text
		for _, e := range elements {
			list = append(list, e.asText())
		}
		return texts(join(list, args[1].asText())), true
	}
	t := args[0].asText()
	if name == "TrimSpace" {
		return texts(t.trim(" \t\r\n")), true
	}
	if name == "ToLower" {
		return texts(t.each(strings.ToLower, "lower")), true
	}
	if name == "ToUpper" {
		return texts(t.each(strings.ToUpper, "upper")), true
	}
	if len(args) < 2 {
		return value{}, false
	}
	second, known := args[1].asText().known()
	first, constant := t.known()
	switch {
	case !known:
		return value{}, false
	case name == "ReplaceAll" && len(args) == 3:
		return texts(t.replace(second, args[2].asText(), -1)), true
	case name == "Replace" && len(args) == 4 && args[3].kind == ofNumber:
		return texts(t.replace(second, args[2].asText(), args[3].num)), true
	case name == "Split":
		out := value{kind: ofList}
		for _, piece := range t.split(second) {
			out.list = append(out.list, item{value: texts(piece)})
		}
		return out, true
	case name == "Trim":
		return texts(t.trim(second)), true
	case name == "HasPrefix" && constant:
		return truth(strings.HasPrefix(first, second)), true
	case name == "HasSuffix" && constant:
		return truth(strings.HasSuffix(first, second)), true
	case name == "Contains" && constant:
		return truth(strings.Contains(first, second)), true
	case name == "HasPrefix" && t.whole():
		return value{kind: ofBool, cond: cond{sql: "starts_with(" + t.sql() + ", " + literal(second) + ")"}}, true
	case name == "TrimPrefix" && constant:
		return texts(text{{text: strings.TrimPrefix(first, second)}}), true
	case name == "TrimSuffix" && constant:
		return texts(text{{text: strings.TrimSuffix(first, second)}}), true
	}
	return value{}, false
}
