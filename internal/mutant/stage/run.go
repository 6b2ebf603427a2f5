package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// timeout is for one call of an entry: a mutant may wait for itself for ever.
const timeout = 2 * time.Second

// Servers are the databases that variants are run on, as URLs.
type Servers struct {
	Strict string            // whoever has no context sees nothing
	Open   string            // whoever has no context sees everything, as some policies have it
	Admin  map[string]string // of the superuser, by the above
}

// Run runs all entries of the variants, as many at a time as there are servers,
// and writes a Showing a line, in the order of the variants.
func Run(ctx context.Context, servers []Servers, variants []Variant, out io.Writer) error {
	shown := make([][]Showing, len(variants))
	errs := make([]error, len(servers))
	var next atomic.Int64
	var wg sync.WaitGroup
	for n, s := range servers {
		wg.Go(func() {
			for errs[n] == nil {
				i := int(next.Add(1)) - 1
				if i >= len(variants) {
					return
				}
				shown[i], errs[n] = variants[i].perform(ctx, s)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	for _, s := range slices.Concat(shown...) {
		if err := enc.Encode(s); err != nil {
			return err
		}
	}
	return nil
}

func (v Variant) perform(ctx context.Context, s Servers) ([]Showing, error) {
	var out []Showing
	for _, e := range v.Entries {
		show := Showing{Variant: v.Name, Entry: e.Name}
		for _, scene := range scenes() {
			if err := scene.play(ctx, s, e, &show); err != nil {
				return nil, fmt.Errorf("%s %s: %w", v.Name, e.Name, err)
			}
		}
		out = append(out, show)
	}
	return out, nil
}

// A scene is a state of the server in which programs go wrong.
type scene struct {
	name   string
	open   bool // on the database whose policies open without a context
	soiled bool // an earlier borrower left B's context on the connections
	// callers are those for whom the entry is called, one after the other. "" is
	// one without a tenant, who must see nothing.
	callers []string
}

func scenes() []scene {
	return []scene{
		{name: "fresh", callers: []string{TenantA, TenantB, ""}},
		{name: "soiled", soiled: true, callers: []string{TenantA}},
		{name: "open", open: true, callers: []string{TenantA}},
		// The server refuses a NUL: the statement that sets the context fails.
		{name: "refused", open: true, callers: []string{TenantA + "\x00"}},
	}
}

func (sc scene) play(ctx context.Context, s Servers, e Entry, show *Showing) error {
	url := s.Strict
	if sc.open {
		url = s.Open
	}
	admin, err := pgx.Connect(ctx, s.Admin[url])
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	const rows = "DELETE FROM orders; INSERT INTO orders (name, tenant_id) VALUES ('a1', '" + TenantA + "'), ('a2', '" + TenantA + "'), ('b1', '" + TenantB + "')"
	if _, err := admin.Exec(ctx, rows); err != nil {
		return err
	}
	crew := &crew{soiled: sc.soiled}
	call, done, err := crew.start(ctx, url, e)
	if err != nil {
		return err
	}
	defer done()
	for _, tenant := range sc.callers {
		names, err := attempt(ctx, call, tenant)
		sc.judge(show, tenant, names, err)
		if tenant == TenantA {
			var same bool
			if err := admin.QueryRow(ctx, "SELECT count(*) = 1 FROM orders WHERE name = 'b1' AND NOT archived").Scan(&same); err != nil {
				return err
			}
			if !same {
				sc.leaks(show, "changes b1")
			}
		}
		// What a pool's own hooks do is seen by those who borrow from it.
		if !sc.soiled && e.Open == nil {
			if left := crew.left(ctx); left != "" && show.Soils == "" {
				show.Soils = left
			}
		}
	}
	return nil
}

func (sc scene) leaks(show *Showing, how string) {
	if show.Leaks == "" {
		show.Leaks = sc.name + ": " + how
	}
}

// judge looks at what a caller got.
func (sc scene) judge(show *Showing, tenant string, names []string, err error) {
	own := 0
	for _, name := range names {
		switch {
		case tenant == TenantA && strings.HasPrefix(name, "a"), tenant == TenantB && strings.HasPrefix(name, "b"):
			own++
		default:
			sc.leaks(show, fmt.Sprintf("%q sees %v", tenant, names))
		}
	}
	if tenant != TenantA || show.Breaks != "" {
		return
	}
	if err != nil {
		show.Breaks = sc.name + ": " + err.Error()
	} else if own != 2 {
		show.Breaks = fmt.Sprintf("%s: %d of A's 2 rows", sc.name, own)
	}
}

// attempt calls the entry and returns when it does, or not at all.
func attempt(ctx context.Context, call func(context.Context, string) ([]string, error), tenant string) (names []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return call(ctx, tenant)
}

// A crew is the connections of one pool, looked at past the pool and its hooks.
type crew struct {
	soiled bool
	busy   func() bool
	mu     sync.Mutex
	conns  []*pgx.Conn
}

func (c *crew) joined(ctx context.Context, conn *pgx.Conn) error {
	c.mu.Lock()
	c.conns = append(c.conns, conn)
	c.mu.Unlock()
	if !c.soiled {
		return nil
	}
	_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", TenantB)
	return err
}

// start opens the pool. Two connections: a mutant that needs the second one would
// wait for itself otherwise.
func (c *crew) start(ctx context.Context, url string, e Entry) (call func(context.Context, string) ([]string, error), done func(), err error) {
	if e.SQL != nil {
		config, err := pgx.ParseConfig(url)
		if err != nil {
			return nil, nil, err
		}
		db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(c.joined))
		db.SetMaxOpenConns(2)
		c.busy = func() bool { return db.Stats().InUse > 0 }
		call := func(ctx context.Context, tenant string) ([]string, error) { return e.SQL(ctx, db, tenant) }
		return call, c.end(func() { db.Close() }), nil
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, nil, err
	}
	config.MaxConns = 2
	config.AfterConnect = c.joined
	open := e.Open
	if open == nil {
		open = pgxpool.NewWithConfig
	}
	pool, err := open(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	c.busy = func() bool { return pool.Stat().AcquiredConns() > 0 }
	call = func(ctx context.Context, tenant string) ([]string, error) { return e.Pool(ctx, pool, tenant) }
	return call, c.end(pool.Close), nil
}

// end closes a pool, but does not wait for connections that a mutant never gave
// back.
func (c *crew) end(closing func()) func() {
	return func() {
		closed := make(chan struct{})
		go func() {
			closing()
			close(closed)
		}()
		select {
		case <-closed:
		case <-time.After(timeout):
		}
	}
}

// left says what the connections that were given back still have.
func (c *crew) left(ctx context.Context) string {
	for deadline := time.Now().Add(timeout / 4); c.busy() && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if c.busy() {
		return "" // never given back
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		if conn.IsClosed() {
			continue
		}
		var tenant, role string
		const state = "SELECT coalesce(current_setting('app.tenant_id', true), ''), CASE WHEN current_user <> session_user THEN current_user ELSE '' END"
		if err := conn.QueryRow(ctx, state).Scan(&tenant, &role); err != nil {
			return err.Error()
		}
		if tenant != "" {
			return "app.tenant_id is " + tenant
		}
		if role != "" {
			return "role is " + role
		}
	}
	return ""
}
