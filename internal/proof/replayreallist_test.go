package proof

import (
	"fmt"
	"strings"
)

// repositories are real programs, at the commits at which their models were read.
func repositories() []repository {
	return []repository{
		{repo: "ADR3N4LYN3/HaritageMotor", commit: "91b779609de1bb62256cd520ae96e9f8b9001263",
			dir: "internal/db/migrations", facts: 252,
			prelude: "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)"},
		{repo: "Cyoda/cyoda-go", commit: "14d2d06e9a5619cfe9dd7e6a42698a998b2f57ed",
			dir: "plugins/postgres/migrations", facts: 145},
		{repo: "JAPHARYROMAN/FuelGrid-OS", commit: "a711c9921f1ac42cc37c36f0aeeb5807b23ad992",
			dir: "services/api/migrations", facts: 3393},
		{repo: "OpenVDO/openvdo", commit: "a8f324bbdcf1ba5e95fa54c34bb52f8b20c4ddb0",
			dir: "migrations", facts: 115},
		{repo: "SidahmedSeg/ERPv2", commit: "875ae538d795d4672bda706e24365294bfc12f6c",
			dir: "backend/migrations", facts: 310},
		{repo: "atknatk/tappa", commit: "3d58f0c68c9aa4f3012a9d20d9f96b0d0de25027",
			dir: "db/migrations", facts: 515,
			prelude: "CREATE ROLE tappa_app; CREATE ROLE tappa_resolver BYPASSRLS; CREATE EXTENSION pgcrypto; CREATE EXTENSION citext"},
		{repo: "ctlplne/trstctl", commit: "ceca2c2d993d5d66494d48f97d288c280a7ae5ef",
			dir: "internal/store/migrations", facts: 1124},
		{repo: "leg100/otf", commit: "dfcb06bc7f608d12751d542a7dfc676e686e7a18",
			dir: "internal/sql/migrations", facts: 614},
		{repo: "lucagez/qron", commit: "c7ed379dcd86880413831aa8fbd2a2856294e4a0",
			dir: "migrations", facts: 59},
		{repo: "monetr/monetr", commit: "cc0670caae51b8a3f181352ff85ff8c395cf7d8e",
			dir: "server/migrations/schema", facts: 467},
		{repo: "openfga/openfga", commit: "da9354f7e6704cef47e620ffa2e08212c08d5ad3",
			dir: "assets/migrations/postgres", facts: 54},
		{repo: "plantoge/go-api-starter", commit: "c8dd0fa6d1656d9454695ddd05133e0cfb0ed5e9",
			dir: "internal/migration/platform", facts: 64, session: "SET search_path = platform, public;",
			prelude: "CREATE SCHEMA platform"},
		{repo: "plantoge/go-api-starter", commit: "c8dd0fa6d1656d9454695ddd05133e0cfb0ed5e9",
			dir: "internal/migration/tenant", facts: 80, session: "SET search_path = tenant, public;",
			prelude: "CREATE SCHEMA tenant"},
		{repo: "raystack/frontier", commit: "670a8fe65185594dd7934f681edeee30486706d5",
			dir: "internal/store/postgres/migrations", facts: 577},
		{repo: "skynicklaus/ecommerce-api", commit: "1ea9cce647572a16fa5080c9d42c3046fade2928",
			dir: "cmd/api/migrations", facts: 870,
			prelude: "CREATE ROLE app_system LOGIN BYPASSRLS; CREATE ROLE app_user LOGIN; CREATE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'"},
		{repo: "strand-protocol/strand", commit: "f4c617840ed71a7f77ab70349b2259cba4d2b234",
			dir: "platform/db/migrations", facts: 152},
		{repo: "target/goalert", commit: "2458b9d749e7bb9cb5b0d34dcb7edb034b407baa",
			dir: "migrate/migrations", facts: 1056},
		{repo: "theopenlane/core", commit: "7b68a3bb224ae3e64d77fab9811d3c65affe7c0d",
			dir: "db/migrations-goose-postgres", facts: 8315,
			prelude: "CREATE EXTENSION citext"},
		{repo: "zakkriel/dreamchat-Image-Platform", commit: "e3dc1c0dc2e8dcf1d235a6706a4ba6379ea23c42",
			dir: "migrations", facts: 619},
		{repo: "ebnsina/muallim-api", commit: "5b50de749f951337ec4e3a360045844e533db36c",
			dir: "migrations", facts: 1787},
		{repo: "SimonOsipov/invoice-os", commit: "f25929c66ed74aff0fec968d9fc4d432a0649422",
			dir: "migrations", facts: 609,
			prelude: "CREATE ROLE invoice_tenant_reader BYPASSRLS; CREATE ROLE invoice_app"},
		{repo: "FredAmartey/Valinor", commit: "28fc8559800f718e0d1b1f9e14392f942fd126a7",
			dir: "migrations", facts: 433},
		{repo: "ricardoalt1515/Vigia", commit: "ee9e62a3249b3dbc4d1e3628493abd215c4fb04e",
			dir: "db/migrations", facts: 440},
		{repo: "atsuro128/expense-saas", commit: "7c3855c10d44a005bd3833839f2eda896eb5c469",
			dir: "db/migrations", facts: 182},
		{repo: "usebasejump/basejump", commit: "cfaeaa314e2bd336ff296c8b45fa5f0fa7e4856b",
			dir: "supabase/migrations", facts: 203, session: "SET search_path = public, extensions;",
			prelude: "CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, raw_user_meta_data jsonb); CREATE SCHEMA extensions; CREATE EXTENSION \"uuid-ossp\" SCHEMA extensions; CREATE EXTENSION pgcrypto SCHEMA extensions; " +
				"CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'; CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql AS 'SELECT NULL::text'; CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb'; CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role BYPASSRLS",
			unequal: toUsers("account_user user_id cascade", "accounts created_by no action", "accounts primary_owner_user_id no action",
				"accounts updated_by no action", "invitations invited_by_user_id no action")},
	}
}

// toUsers are foreign keys of the schema basejump to the provider's users, whose
// key the replay does not know.
func toUsers(list ...string) map[string]string {
	out := map[string]string{}
	for _, key := range list {
		table, rest, _ := strings.Cut(key, " ")
		column, action, _ := strings.Cut(rest, " ")
		for _, refers := range []string{"", "id"} {
			out[fmt.Sprintf("foreign key basejump.%s %[1]s_%s_fkey (%[2]s) to auth.users (%s) delete %s update no action", table, column, refers, action)] =
				"the replay does not know the provider's keys"
		}
	}
	return out
}
