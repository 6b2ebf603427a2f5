package proof

import (
	"fmt"
	"math/rand/v2"
)

// A policyGenerator makes up policies: right ones, wrong ones, and ones that
// nobody would write.
type policyGenerator struct{ *rand.Rand }

func (g policyGenerator) pick(options ...string) string { return options[g.IntN(len(options))] }

const (
	tenantSetting = "current_setting('app.t', true)"
	userSetting   = "NULLIF(current_setting('app.u', true), '')::int"
	flagSetting   = "current_setting('app.flag', true)"
)

// text makes an expression of the tenant's setting as text.
func (g policyGenerator) text() string {
	switch g.IntN(6) {
	case 0:
		return "COALESCE(" + tenantSetting + ", '')"
	case 1:
		return "NULLIF(" + tenantSetting + ", '')"
	case 2:
		return "lower(" + tenantSetting + ")"
	case 3:
		return "current_setting('app.t')"
	}
	return tenantSetting
}

// number makes an expression that should be the caller's tenant.
func (g policyGenerator) number() string {
	return g.pick(
		tenantSetting+"::int", "NULLIF("+tenantSetting+", '')::int", "(SELECT NULLIF("+tenantSetting+", '')::int)",
		"CASE WHEN "+tenantSetting+" <> '' THEN "+tenantSetting+"::int END", "current_t()", "raw_t()", "caught_t()", "required_t()",
		"(SELECT tenant_id FROM members WHERE user_id = "+userSetting+" LIMIT 1)", "looked_up_t()",
		"COALESCE(NULLIF("+tenantSetting+", '')::int, tenant_id)", "COALESCE(NULLIF("+tenantSetting+", '')::int, 1)",
		"(current_setting('app.claims', true)::json ->> 'tenant')::int", "NULLIF(current_setting('app.claims', true), '')::json ->> 'tenant'",
		"current_setting('app.t')::int", "GREATEST(NULLIF("+tenantSetting+", '')::int, 1)")
}

func (g policyGenerator) atom() string {
	n := g.number()
	if len(n) > 8 && n[len(n)-8:] == "'tenant'" {
		n = "(" + n + ")::int"
	}
	switch g.IntN(22) {
	case 0, 1, 2, 3:
		return "tenant_id = " + n
	case 4:
		return "tenant_id::text = " + g.text()
	case 5:
		return "tenant_id = ANY (string_to_array(" + tenantSetting + ", ',')::int[])"
	case 6:
		return g.pick("tenant_id IN (SELECT tenant_id FROM members WHERE user_id = "+userSetting+")",
			"EXISTS (SELECT FROM members m WHERE m.tenant_id = notes.tenant_id AND m.user_id = "+userSetting+")",
			"EXISTS (SELECT FROM members m WHERE m.user_id = "+userSetting+")",
			"EXISTS (SELECT FROM members m WHERE m.tenant_id = notes.tenant_id)",
			"is_member(tenant_id)", "is_member(1)")
	case 7:
		return "owner_id = " + userSetting
	case 8:
		return g.text() + g.pick(" IS NULL", " IS NOT NULL", " = ''", " <> ''", " = '1'")
	case 9:
		return g.pick(flagSetting+" = 'on'", flagSetting+"::boolean", "COALESCE("+flagSetting+", 'off') <> 'off'", flagSetting+" IN ('on', 'yes')", "flag_on()")
	case 10:
		return g.pick("true", "false", "NULL::boolean", "public", "NOT public", "tenant_id IS NOT NULL", "tenant_id IS NULL", "tenant_id = 2", "tenant_id IN (2, 3)")
	case 11:
		return "tenant_id" + g.pick(" <> ", " > ", " >= ", " IS DISTINCT FROM ", " IS NOT DISTINCT FROM ") + n
	case 12:
		return g.pick("EXISTS (SELECT FROM projects p WHERE p.id = notes.project_id)", "project_id IN (SELECT id FROM projects)",
			"EXISTS (SELECT FROM open_projects p WHERE p.id = notes.project_id)",
			"EXISTS (SELECT FROM open_projects p WHERE p.id = notes.project_id AND p.tenant_id = "+n+")",
			"EXISTS (SELECT FROM open_projects p JOIN members m USING (tenant_id) WHERE p.id = notes.project_id AND m.user_id = "+userSetting+")",
			"EXISTS (SELECT FROM open_projects p LEFT JOIN members m ON m.tenant_id = p.tenant_id AND m.user_id = "+userSetting+" WHERE p.id = notes.project_id)",
			"EXISTS (SELECT FROM (SELECT id FROM open_projects WHERE tenant_id = "+n+") p WHERE p.id = project_id)")
	case 13:
		return g.pick("staff()", "NOT staff()", "current_user = 'app'", "current_user = 'nobody'", "opened()")
	case 14:
		return "tenant_id::text LIKE " + g.text() + g.pick(" || '%'", "")
	case 15:
		return "tenant_id NOT IN (SELECT tenant_id FROM members WHERE user_id = " + userSetting + ")"
	}
	return "tenant_id = NULLIF(" + tenantSetting + ", '')::int"
}

// condition makes an expression.
func (g policyGenerator) condition(depth int) string {
	if depth == 0 {
		return g.atom()
	}
	a, b := g.condition(depth-1), g.atom()
	switch g.IntN(9) {
	case 0, 1:
		return "(" + a + " OR " + b + ")"
	case 2, 3:
		return "(" + a + " AND " + b + ")"
	case 4:
		return "NOT (" + a + ")"
	case 5:
		return "COALESCE((" + a + ")::boolean, " + g.pick("true", "false", b) + ")"
	case 6:
		return "(" + a + ")" + g.pick(" IS TRUE", " IS NOT FALSE", " IS NOT TRUE", " IS UNKNOWN", " IS NOT NULL")
	case 7:
		return "CASE WHEN " + a + " THEN " + b + g.pick(" END", " ELSE "+g.atom()+" END")
	}
	return a
}

// policies makes the policies of notes.
func (g policyGenerator) policies() string {
	text := fmt.Sprintf("CREATE POLICY p1 ON notes USING (%s);\n", g.condition(g.IntN(3)))
	if g.IntN(4) == 0 {
		text += fmt.Sprintf("CREATE POLICY p2 ON notes USING (%s);\n", g.condition(1))
	}
	if g.IntN(3) == 0 {
		text += fmt.Sprintf("CREATE POLICY p3 ON notes AS RESTRICTIVE USING (%s);\n", g.condition(g.IntN(2)))
	}
	return text
}
