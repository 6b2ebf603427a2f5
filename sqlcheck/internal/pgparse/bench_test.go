package pgparse

import "testing"

func BenchmarkParse(b *testing.B) {
	const join = "SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.tenant_id = $1 AND o.status IN ('a', 'b') ORDER BY o.created_at DESC LIMIT 50"
	b.Run("join", func(b *testing.B) {
		for b.Loop() {
			Parse(join)
		}
	})
	b.Run("check only", func(b *testing.B) {
		for b.Loop() {
			Check(join)
		}
	})
}
