// Package policy judges row security policies by cases: what does an expression
// come to for a row of another tenant, when the tenant's context was never set,
// is empty as on a connection that was used before, or names the caller's tenant.
//
// # Runs
//
// An expression is evaluated again and again, each time under other choices of
// what it depends on and nobody knows: the value of each setting and claim, what
// the row has in its other columns, whether a table has a row that a sub-select
// looks for. Within one run everything is concrete, so that what is written twice
// is equal twice. Logic has three values, and an error is a fourth: a cast of an empty text
// to uuid. AND and OR promise no order, so a guard beside a cast doesn't save
// from its error, CASE does.
//
// # Ways
//
// Each value knows which choices made it what it is. The choices behind a true
// are a [Way] to the row: no choice but "app.tenant_id is unset", and the policy
// is open then; "the row's user_id is app.user_id", and the row is tied to the
// caller. What is not understood is a choice as well, so that it can hide
// nothing: a way over it is neither closed nor open, and says why.
package policy
