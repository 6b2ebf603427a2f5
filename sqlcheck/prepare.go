package sqlcheck

import (
	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// preparations are the statements that a text has prepared so far.
type preparations struct {
	byName map[string]preparation
	// left bounds the work: each EXECUTE goes through its statement again.
	left int
}

type preparation struct {
	query *pg.Node
	base  int // where the query's locations count from
	size  int // bytes
}

const maxExecuted = 1 << 20

// prepare notes what PREPARE .. AS prepares.
func (w *walker) prepare(s *pg.PrepareStmt) {
	if !w.isMarked(s.GetName()) {
		w.st.Prepares = s.GetName()
		if w.prepared != nil {
			put(&w.prepared.byName, s.GetName(), preparation{s.GetQuery(), w.base, w.st.End - w.st.Pos})
		}
	}
	w.deferred = true
	w.statement(s.GetQuery())
}

func (w *walker) deallocate(s *pg.DeallocateStmt) {
	switch {
	case w.prepared == nil:
	case s.GetName() == "": // ALL
		clear(w.prepared.byName)
	default:
		delete(w.prepared.byName, s.GetName())
	}
}

// executePrepared gathers what EXECUTE does if the text has prepared it.
func (w *walker) executePrepared(s *pg.ExecuteStmt) {
	if !w.isMarked(s.GetName()) {
		w.st.Executes = s.GetName()
	}
	defer w.exprs(s.GetParams(), where{})
	w.st.Op = Other
	if w.prepared == nil {
		w.st.Dynamic = true
		return
	}
	p, ok := w.prepared.byName[w.st.Executes]
	if w.prepared.left -= p.size; !ok || w.prepared.left < 0 {
		w.st.Dynamic = true
		return
	}
	base, params := w.base, w.st.Params
	w.base = p.base
	w.statement(p.query)
	w.base, w.st.Params = base, params
	w.executed = s.GetParams()
}

// bindArguments puts the arguments of EXECUTE in the place of the placeholders
// of what it executes.
func (w *walker) bindArguments() {
	if w.st.Executes == "" {
		return
	}
	st := w.st
	for i := range st.Relations {
		pins := st.Relations[i].Pins
		for j := range pins {
			pins[j].To, pins[j].Param, pins[j].Text = w.argument(pins[j].To, pins[j].Param, pins[j].Text)
		}
	}
	for i := range st.Inserts {
		w.bindColumns(st.Inserts[i].Columns)
	}
	for i := range st.Updates {
		w.bindColumns(st.Updates[i].Columns)
	}
	for i := range st.Settings {
		w.bindSetting(&st.Settings[i])
	}
}

func (w *walker) bindSetting(s *Setting) {
	if s.NameParam > 0 {
		name := w.value(w.argumentOf(s.NameParam))
		s.NameParam = w.placeholderOf(s.NameParam)
		s.Name, _ = w.settingName(name.Text)
	}
	if s.LifetimeParam > 0 {
		s.Lifetime, s.LifetimeParam = w.lifetime(w.argumentOf(s.LifetimeParam))
	}
	switch a := w.argumentOf(s.Value.Param); {
	case s.Value.Kind == Bound && a != nil:
		s.Value = w.value(a)
	case s.Value.Kind == Bound:
		s.Value = SettingValue{Kind: Expression}
	default:
		s.Value.Param = w.placeholderOf(s.Value.Param)
	}
}

func (w *walker) bindColumns(columns []ColumnValue) {
	for i := range columns {
		c := &columns[i]
		c.From, c.Param, c.Text = w.argument(c.From, c.Param, c.Text)
	}
}

// argument is where a value comes from once the placeholder has its argument.
func (w *walker) argument(from Source, param int, text string) (Source, int, string) {
	a := w.argumentOf(param)
	switch c := uncast(a).GetAConst(); {
	case from == FromParam && c != nil:
		return FromLiteral, 0, constText(uncast(a))
	case from == FromParam || from == FromList:
		return from, w.placeholderOf(param), text
	}
	return from, param, text
}

func (w *walker) argumentOf(param int) *pg.Node {
	if param < 1 || param > len(w.executed) {
		return nil
	}
	return w.executed[param-1]
}

// placeholderOf is the number of the text's own placeholder that is handed over
// for one of the executed statement; 0 if it is something else.
func (w *walker) placeholderOf(param int) int {
	n := int(uncast(w.argumentOf(param)).GetParamRef().GetNumber())
	if n >= firstMarkerParam {
		return 0
	}
	return n
}
