package schema

import (
	"maps"
	"slices"
	"strings"

	pg "github.com/tenantvet/tenantvet/sqlcheck/internal/pgparse"
)

func (r *replay) createPublication(s *pg.CreatePublicationStmt) {
	if r.publications[s.GetPubname()] != nil {
		return
	}
	p := &Publication{Name: s.GetPubname(), Owner: r.role, AllTables: s.GetForAllTables(), At: r.at,
		Operations: []string{"delete", "insert", "truncate", "update"}}
	p.History = append(p.History, r.record(Created, "", "created"))
	r.publications[p.Name] = p
	p.setOperations(s.GetOptions())
	r.publish(p, s.GetPubobjects())
}

func (p *Publication) setOperations(options []*pg.Node) {
	d := option(options, "publish")
	if d == nil {
		return
	}
	text, _ := optionText(d)
	p.Operations = nil
	for _, o := range strings.Split(text, ",") {
		if o = strings.ToLower(strings.TrimSpace(o)); o != "" {
			p.Operations = append(p.Operations, o)
		}
	}
	slices.Sort(p.Operations)
}

func (r *replay) alterPublication(s *pg.AlterPublicationStmt) {
	p := r.publications[s.GetPubname()]
	if p == nil {
		return
	}
	p.History = append(p.History, r.record(Altered, "", "altered"))
	if len(s.GetOptions()) > 0 {
		p.setOperations(s.GetOptions())
		return
	}
	switch s.GetAction() {
	case pg.AlterPublicationAction_AP_SetObjects:
		p.Tables, p.Schemas = nil, nil
		r.publish(p, s.GetPubobjects())
	case pg.AlterPublicationAction_AP_DropObjects:
		r.unpublish(p, s.GetPubobjects())
	default:
		r.publish(p, s.GetPubobjects())
	}
}

// publish adds what a statement lists.
func (r *replay) publish(p *Publication, objects []*pg.Node) {
	for _, n := range objects {
		o := n.GetPublicationObjSpec()
		if o.GetPubtable() == nil {
			if schema := r.publishedSchema(o); !slices.Contains(p.Schemas, schema) {
				p.Schemas = append(p.Schemas, schema)
			}
			continue
		}
		t := r.relation(o.GetPubtable().GetRelation())
		if t == nil || slices.ContainsFunc(p.Tables, func(o PublishedTable) bool { return o.Table == t.key() }) {
			continue
		}
		entry := PublishedTable{Table: t.key(), Columns: names(o.GetPubtable().GetColumns())}
		if len(entry.Columns) == 0 {
			entry.Columns = nil
		}
		if where := o.GetPubtable().GetWhereClause(); where != nil {
			entry.Where = deparsed(where)
		}
		p.Tables = append(p.Tables, entry)
		r.event(t, Published, p.Name, "published by %s", p.Name)
	}
	slices.Sort(p.Schemas)
}

func (r *replay) renamePublication(old, name string) {
	if p := r.publications[old]; p != nil {
		delete(r.publications, old)
		p.Name = name
		p.History = append(p.History, r.record(Renamed, "", "renamed from %s to %s", old, name))
		r.publications[name] = p
	}
}

func (r *replay) unpublish(p *Publication, objects []*pg.Node) {
	for _, n := range objects {
		o := n.GetPublicationObjSpec()
		if o.GetPubtable() == nil {
			schema := r.publishedSchema(o)
			p.Schemas = slices.DeleteFunc(p.Schemas, func(s string) bool { return s == schema })
		} else if t := r.relation(o.GetPubtable().GetRelation()); t != nil {
			p.Tables = slices.DeleteFunc(p.Tables, func(o PublishedTable) bool { return o.Table == t.key() })
		}
	}
}

func (r *replay) publishedSchema(o *pg.PublicationObjSpec) string {
	if o.GetPubobjtype() == pg.PublicationObjSpecType_PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA {
		return r.creationSchema()
	}
	return o.GetName()
}

// renamePublished follows a table that has another name, or none any more.
func (c *catalog) renamePublished(old, now string) {
	for _, p := range c.publications {
		for i := range p.Tables {
			if p.Tables[i].Table == old {
				p.Tables[i].Table = now
			}
		}
		p.Tables = slices.DeleteFunc(p.Tables, func(t PublishedTable) bool { return t.Table == "" })
	}
}

func (c *catalog) freezePublications() []*Publication {
	var out []*Publication
	for _, k := range slices.Sorted(maps.Keys(c.publications)) {
		p := c.publications[k]
		slices.SortFunc(p.Tables, func(a, b PublishedTable) int { return compareStrings(a.Table, b.Table) })
		out = append(out, p)
	}
	return out
}
