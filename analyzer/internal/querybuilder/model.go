package querybuilder

import (
	"go/types"
	"reflect"
	"strings"
)

// A model is the Go type of the rows, from which a library takes the table.
type model struct{ typ types.Type }

func (m model) same(n model) bool {
	if m.typ == nil || n.typ == nil {
		return m.typ == n.typ
	}
	return types.Identical(m.typ, n.typ)
}

// modelOf returns the struct under pointers and slices, if that is what a value
// holds.
func modelOf(t types.Type) model {
	for range 4 {
		switch u := types.Unalias(t).Underlying().(type) {
		case *types.Pointer:
			t = u.Elem()
		case *types.Slice:
			t = u.Elem()
		case *types.Array:
			t = u.Elem()
		case *types.Struct:
			return model{types.Unalias(t)}
		default:
			return model{}
		}
	}
	return model{}
}

// name is the Go name of the type, "" if it has none of its own.
func (m model) name() string {
	n, ok := m.typ.(*types.Named)
	if !ok || n.TypeArgs().Len() > 0 {
		return ""
	}
	return n.Obj().Name()
}

// A field is a column of a model.
type field struct {
	goName, column string
	primary        bool
	softDelete     bool
}

// gormColumns lists the columns of a model as gorm maps them. more: a field of
// the type may be one or not.
func (m model) gormColumns() (fields []field, more bool) {
	if m.typ == nil {
		return nil, true
	}
	return gormFields(m.typ, "", 0)
}

const maxEmbedding = 4

func gormFields(t types.Type, prefix string, depth int) (fields []field, more bool) {
	st, ok := t.Underlying().(*types.Struct)
	if !ok || depth > maxEmbedding {
		return nil, true
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		tags := gormTags(st.Tag(i))
		if _, skip := tags["-"]; skip || !f.Exported() {
			continue
		}
		_, embedded := tags["EMBEDDED"]
		if inner := structUnder(f.Type()); inner != nil && (f.Embedded() || embedded) && !isValue(f.Type()) {
			fs, open := gormFields(inner, prefix+tags["EMBEDDEDPREFIX"], depth+1)
			fields, more = append(fields, fs...), more || open
			continue
		}
		if !isColumn(f.Type(), tags) {
			continue
		}
		c := field{goName: f.Name(), column: tags["COLUMN"]}
		if c.column == "" {
			c.column = snakeCase(f.Name())
		}
		c.column = prefix + c.column
		_, key := tags["PRIMARYKEY"]
		_, key2 := tags["PRIMARY_KEY"]
		c.primary = key || key2 || f.Name() == "ID" || f.Name() == "Id"
		pkg, name := typeOf(f.Type())
		c.softDelete = name == "DeletedAt" && (pkg == "gorm.io/gorm" || strings.HasPrefix(pkg, "gorm.io/plugin/soft_delete"))
		fields = append(fields, c)
	}
	return fields, more
}

// gormTags splits `gorm:"column:x;primaryKey"` as gorm does, keys in upper case.
func gormTags(tag string) map[string]string {
	out := map[string]string{}
	for _, part := range strings.Split(lookupTag(tag, "gorm"), ";") {
		k, v, _ := strings.Cut(part, ":")
		if k = strings.TrimSpace(strings.ToUpper(k)); k != "" {
			out[k] = v
		}
	}
	return out
}

func lookupTag(tag, key string) string { return reflect.StructTag(tag).Get(key) }

// isColumn reports whether a field is a column and not a relation.
func isColumn(t types.Type, tags map[string]string) bool {
	for _, k := range []string{"COLUMN", "TYPE", "SERIALIZER", "PRIMARYKEY"} {
		if _, ok := tags[k]; ok {
			return true
		}
	}
	for _, k := range []string{"FOREIGNKEY", "MANY2MANY", "POLYMORPHIC", "REFERENCES"} {
		if _, ok := tags[k]; ok {
			return false
		}
	}
	if isValue(t) {
		return true
	}
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return true
	case *types.Slice:
		return isByte(u.Elem())
	case *types.Array:
		return isByte(u.Elem())
	}
	return false
}

// isValue reports whether the driver takes values of a type as they are.
func isValue(t types.Type) bool {
	pkg, name := typeOf(t)
	return pkg == "time" && name == "Time" || hasMethod(t, "Value") || hasMethod(t, "GormDataType")
}

func structUnder(t types.Type) types.Type {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if _, ok := t.Underlying().(*types.Struct); ok {
		return t
	}
	return nil
}

// restricts reports whether a field's type adds conditions of its own to the
// statements on a model.
func (m model) restricts() bool {
	st, ok := m.typ.Underlying().(*types.Struct)
	if !ok {
		return true
	}
	for i := range st.NumFields() {
		t := st.Field(i).Type()
		if pkg, _ := typeOf(t); hasMethod(t, "QueryClauses") && !strings.HasPrefix(pkg, "gorm.io/") {
			return true
		}
	}
	return false
}

// gormTable names the table of a model; nil if that is not known.
func (e *reading) gormTable(m model) text {
	if m.typ == nil {
		return nil
	}
	if fn := method(m.typ, "TableName"); fn != nil {
		if fn.Signature().Params().Len() == 0 && e.TableName != nil {
			if name, ok := e.TableName(fn); ok {
				return lit(quote(name))
			}
		}
		return nil
	}
	name := snakeCase(m.name())
	if name == "" {
		return nil
	}
	if e.HasTable != nil && !e.HasTable(plural(name)) && e.HasTable(name) {
		return lit(quote(name)) // SingularTable is a setting of the connection
	}
	return lit(quote(plural(name)))
}

func (m model) primaryKey() string {
	fields, _ := m.gormColumns()
	for _, f := range fields {
		if f.primary {
			return f.column
		}
	}
	return "id"
}

func (m model) softDelete() string {
	fields, _ := m.gormColumns()
	for _, f := range fields {
		if f.softDelete {
			return f.column
		}
	}
	return ""
}
