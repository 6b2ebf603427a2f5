package querybuilder

import "testing"

// TestNames compares with what gorm v1.31 and bun v1.3 make of Go names.
func TestNames(t *testing.T) {
	for _, tt := range []struct{ goName, column, table, bun string }{
		{"Order", "order", "orders", "order"},
		{"TenantID", "tenant_id", "tenant_ids", "tenant_id"},
		{"UserIDs", "user_ids", "user_ids", "user_i_ds"},
		{"APIKey", "api_key", "api_keys", "api_key"},
		{"HTTPServerURL", "http_server_url", "http_server_urls", "http_server_url"},
		{"OAuth2Client", "o_auth2_client", "o_auth2_clients", "o_auth2_client"},
		{"Category", "category", "categories", "category"},
		{"Person", "person", "people", "person"},
		{"OrderStatus", "order_status", "order_statuses", "order_status"},
		{"Address", "address", "addresses", "address"},
		{"Equipment", "equipment", "equipment", "equipment"},
		{"Analysis", "analysis", "analyses", "analysis"},
		{"UserRSAKey", "user_rsa_key", "user_rsa_keys", "user_rsa_key"},
		{"X", "x", "xes", "x"},
	} {
		if got := snakeCase(tt.goName); got != tt.column {
			t.Errorf("snakeCase(%s) = %s, want %s", tt.goName, got, tt.column)
		}
		if got := plural(snakeCase(tt.goName)); got != tt.table {
			t.Errorf("table of %s = %s, want %s", tt.goName, got, tt.table)
		}
		if got := underscore(tt.goName); got != tt.bun {
			t.Errorf("underscore(%s) = %s, want %s", tt.goName, got, tt.bun)
		}
	}
}
