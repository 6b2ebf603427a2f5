package main

import (
	"context"
	"os"
	"slices"
	"strings"

	"example.com/denybydefault/internal/store"
)

func main() {
	ctx := context.Background()
	pool := open(os.Getenv("DATABASE_URL"))
	titles, err := store.Contracts(ctx, pool, tenantA)
	works(slices.Contains(titles, "a's"), "A's contracts", err)
	leaks(slices.Contains(titles, "b's"), "A gets B's contracts: the policy is open for now")

	var notes int
	_ = pool.QueryRow(ctx, "SELECT count(*) FROM notes").Scan(&notes)
	leaks(notes > 0, "anybody gets B's notes: the new table has the default grants and no policy")

	people, _ := signedIn(ctx, pool, tenantA)
	leaks(!slices.Equal(people, []string{"ann"}), "the support page does not show who of A is signed in: it reads the token table for nobody")
	_, err = pool.Exec(ctx, "SELECT token_hash FROM private.sessions")
	leaks(err == nil, "the application may read tokens")

	works(true, "A signs out its own", store.SignOut(ctx, pool, tenantA, "ann"))
	works(count("SELECT count(*) FROM private.sessions WHERE person = 'ann'") == 0, "ann is signed out", nil)
	_ = store.SignOut(ctx, pool, tenantA, "bob")
	leaks(count("SELECT count(*) FROM private.sessions WHERE person = 'bob'") == 0, "A signs out B's people: the function doesn't ask whose they are")

	arrange("INSERT INTO private.sessions VALUES ('3', $1, 'ben', now() + '1 hour')", tenantB)
	guest := open(strings.Replace(os.Getenv("DATABASE_URL"), "app", "guest", 1))
	_, err = guest.Exec(ctx, "SELECT private.sign_out('ben')")
	leaks(err == nil, "anybody may call it")
}
