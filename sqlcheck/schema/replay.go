package schema

import (
	"errors"
	"strings"
	"unicode/utf8"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

// Replay runs the statements of the files, in the order given, on an empty
// model. A statement that can't be read is a Problem; the rest goes on. Use
// Arrange first for a directory of migrations.
func Replay(files []File) (*Model, []Problem) {
	rolledBack := map[int]string{}
	for {
		r := &replay{catalog: newCatalog(), unmodelled: map[string]int{}, queries: map[string]*pg.SelectStmt{}, exceptions: exceptions{rolledBack: rolledBack}}
		for _, f := range files {
			r.file(f)
			if r.again {
				break
			}
		}
		if !r.again {
			return r.model(r.unmodelled), r.problems
		}
	}
}

// A replay applies statements to a catalog.
type replay struct {
	*catalog
	unmodelled map[string]int
	problems   []Problem
	queries    map[string]*pg.SelectStmt // parsed queries of migration code

	source      string // that positions in the current statement count in, "" when it is not there
	sourceStart int    // of the current statement in it

	filePath string // of the current file
	lines    lines
	at       Position // of the current statement
	order    int      // of the current statement of a file, from 1
	steps    int      // of interpreted code since the last file began
	psql     psql     // what its commands left, in the current file
	depth    int      // of code that runs code
	grants   int      // changes of privileges so far
	renames  int      // queries and conditions that renames went through so far

	exceptions
}

// maxSeed is the size above which a statement that only handles rows is not
// parsed at all: seeds of many megabytes are common and change no schema.
const maxSeed = 16 << 10

func (r *replay) file(f File) {
	r.login, r.psql = "", psql{}
	r.connect()
	r.filePath, r.lines, r.steps = f.Path, newLines(f), 0
	if !utf8.ValidString(f.SQL) {
		offset := invalidOffset(f.SQL)
		line, column := r.lines.at(offset)
		r.problems = append(r.problems, Problem{At: Position{f.Path, line}, Column: column,
			Message: "not UTF-8 text; convert the file to UTF-8"})
		f.SQL = strings.ToValidUTF8(f.SQL, "?")
		r.lines = newLines(f)
	}
	chunks := split(f.SQL)
	gone := undone(chunks)
	for i, c := range chunks {
		if !gone[i] {
			r.chunk(c)
		}
	}
	r.endTransaction()
}

func invalidOffset(s string) int {
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(s)
}

// chunk runs one statement of a file.
func (r *replay) chunk(c chunk) {
	line, _ := r.lines.at(c.offset)
	r.at = Position{r.filePath, line}
	r.order++
	switch {
	case c.text == "":
		r.command(c.meta)
		return
	case r.psql.off():
		return
	}
	c.text = r.psql.fill(c.text)
	switch {
	case strings.HasPrefix(c.meta, "gexec"):
		r.gexec(c)
		return
	case strings.HasPrefix(c.meta, "gset"):
		r.gset(c)
	}
	if len(c.head) > 0 && len(c.text) > maxSeed {
		switch c.head[0] {
		case "insert", "update", "delete", "merge", "copy", "with":
			return
		}
	}
	stmts, err := parse(c.text)
	if err == nil {
		r.run(c.text, c.offset, stmts)
		return
	}
	if filled, ok := fillTemplates(c.text); ok {
		if stmts, filledErr := parse(filled); filledErr == nil {
			r.run(filled, c.offset, stmts)
			r.dropTemplates()
		} else {
			r.skip("template")
		}
		return
	}
	offset := c.offset
	if err.Offset >= 0 {
		offset += min(err.Offset, len(c.text))
	}
	line, column := r.lines.at(offset)
	r.problems = append(r.problems, Problem{At: Position{r.filePath, line}, Column: column, Message: err.Message})
}

func parse(text string) ([]*pg.RawStmt, *pg.Error) {
	res, err := pg.Parse(text)
	if err != nil {
		var e *pg.Error
		if errors.As(err, &e) {
			return nil, e
		}
		return nil, &pg.Error{Message: err.Error(), Offset: -1}
	}
	return res.Stmts, nil
}

// dropTemplates removes what a template inserts from the model: relations whose
// very name it is, owners, types and the values of defaults.
func (r *replay) dropTemplates() {
	for k, t := range r.tables {
		if strings.Contains(t.Name, placeholder) {
			delete(r.tables, k)
			r.skip("template")
		}
		if strings.Contains(t.Owner, placeholder) {
			t.Owner = ""
		}
		for i := range t.Columns {
			if strings.Contains(t.Columns[i].Type, placeholder) {
				t.Columns[i].Type = ""
			}
			t.Columns[i].Default = strings.ReplaceAll(t.Columns[i].Default, placeholder, "…")
		}
	}
}

// run applies parsed statements; text[0] is at offset in the file.
func (r *replay) run(text string, offset int, stmts []*pg.RawStmt) {
	savedSource, savedStart := r.source, r.sourceStart
	for _, s := range stmts {
		end := len(text)
		if s.GetStmtLen() > 0 {
			end = min(end, int(s.GetStmtLocation()+s.GetStmtLen()))
		}
		begin := min(int(s.GetStmtLocation()), end)
		r.source, r.sourceStart = text, begin
		r.statement(s.GetStmt(), text[begin:end], offset+begin)
		if r.failing.condition != "" {
			break
		}
	}
	r.source, r.sourceStart = savedSource, savedStart
}

// statement applies one statement, whose source is text at offset in the file.
func (r *replay) statement(n *pg.Node, text string, offset int) {
	if r.again || r.refused(n) {
		return
	}
	switch {
	case n.GetCreateStmt() != nil:
		r.createTable(n.GetCreateStmt(), BaseTable)
	case n.GetCreateForeignTableStmt() != nil:
		r.createTable(n.GetCreateForeignTableStmt().GetBaseStmt(), ForeignTable)
	case n.GetCreateTableAsStmt() != nil:
		r.createTableAs(n.GetCreateTableAsStmt(), text)
	case n.GetViewStmt() != nil:
		r.createView(n.GetViewStmt(), text)
	case n.GetAlterTableStmt() != nil:
		r.alterTable(n.GetAlterTableStmt())
	case n.GetRenameStmt() != nil:
		r.rename(n.GetRenameStmt())
	case n.GetAlterObjectSchemaStmt() != nil:
		r.setSchema(n.GetAlterObjectSchemaStmt())
	case n.GetAlterOwnerStmt() != nil:
		r.setOwner(n.GetAlterOwnerStmt())
	case n.GetDropStmt() != nil:
		r.dropObjects(n.GetDropStmt())
	case n.GetCreatePolicyStmt() != nil:
		r.createPolicy(n.GetCreatePolicyStmt(), text)
	case n.GetAlterPolicyStmt() != nil:
		r.alterPolicy(n.GetAlterPolicyStmt(), text)
	case n.GetIndexStmt() != nil:
		r.createIndex(n.GetIndexStmt())
	case n.GetCreateTrigStmt() != nil:
		r.createTrigger(n.GetCreateTrigStmt())
	case n.GetCreateDomainStmt() != nil:
		r.createDomain(n.GetCreateDomainStmt())
	case n.GetAlterDomainStmt() != nil:
		r.alterDomain(n.GetAlterDomainStmt())
	case n.GetCreateSeqStmt() != nil:
		r.createSequence(n.GetCreateSeqStmt())
	case n.GetAlterSeqStmt() != nil:
		r.alterSequence(n.GetAlterSeqStmt())
	case n.GetCreateFunctionStmt() != nil:
		r.createFunction(n.GetCreateFunctionStmt(), text, offset)
	case n.GetAlterFunctionStmt() != nil:
		r.alterFunction(n.GetAlterFunctionStmt())
	case n.GetCreateRoleStmt() != nil:
		r.createRole(n.GetCreateRoleStmt())
	case n.GetAlterRoleStmt() != nil:
		r.alterRole(n.GetAlterRoleStmt())
	case n.GetDropRoleStmt() != nil:
		r.dropRole(n.GetDropRoleStmt())
	case n.GetGrantRoleStmt() != nil:
		r.grantRole(n.GetGrantRoleStmt())
	case n.GetReassignOwnedStmt() != nil:
		r.reassignOwned(n.GetReassignOwnedStmt())
	case n.GetDropOwnedStmt() != nil:
		r.dropOwned(n.GetDropOwnedStmt())
	case n.GetGrantStmt() != nil:
		r.grant(n.GetGrantStmt())
	case n.GetAlterDefaultPrivilegesStmt() != nil:
		r.alterDefaults(n.GetAlterDefaultPrivilegesStmt())
	case n.GetAlterRoleSetStmt() != nil:
		r.alterRoleSet(n.GetAlterRoleSetStmt())
	case n.GetAlterDatabaseSetStmt() != nil:
		r.setting("", n.GetAlterDatabaseSetStmt().GetDbname(), n.GetAlterDatabaseSetStmt().GetSetstmt())
	case n.GetCreatePublicationStmt() != nil:
		r.createPublication(n.GetCreatePublicationStmt())
	case n.GetAlterPublicationStmt() != nil:
		r.alterPublication(n.GetAlterPublicationStmt())
	case n.GetCreateEventTrigStmt() != nil: // it may protect every table that is made
		r.skip("CREATE EVENT TRIGGER")
	case n.GetRuleStmt() != nil: // its actions run with the rights of the table's owner
		r.skip("CREATE RULE")
	case n.GetImportForeignSchemaStmt() != nil:
		r.skip("IMPORT FOREIGN SCHEMA")
	case n.GetDiscardStmt() != nil:
		r.discard(n.GetDiscardStmt())
	case n.GetCreateSchemaStmt() != nil:
		r.createSchema(n.GetCreateSchemaStmt())
	case n.GetVariableSetStmt() != nil:
		r.set(n.GetVariableSetStmt())
	case n.GetTransactionStmt() != nil:
		r.transaction(n.GetTransactionStmt())
	case n.GetDoStmt() != nil:
		r.do(n.GetDoStmt(), text, offset)
	case n.GetSelectStmt() != nil:
		r.selects(n.GetSelectStmt())
	case n.GetCallStmt() != nil:
		r.calls(n.GetCallStmt().GetFunccall())
	}
}

// skip counts something that the replay does not follow.
func (r *replay) skip(what string) { r.unmodelled[what]++ }

func (r *replay) transaction(s *pg.TransactionStmt) {
	switch s.GetKind() {
	case pg.TransactionStmtKind_TRANS_STMT_COMMIT:
		r.endTransaction()
	case pg.TransactionStmtKind_TRANS_STMT_ROLLBACK:
		r.endTransaction()
		r.skip("ROLLBACK")
	}
}
