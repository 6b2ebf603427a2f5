// Package analyzer finds tenant leaks in Go programs on PostgreSQL.
//
// One database holds every customer's rows; row-level security keeps them
// apart as long as each query runs in a transaction that carries the tenant's
// context. The analyzers of this package find the code that forgets. Each
// section below documents one of them; help, the README's table and the
// metadata of every output format are made from these sections.
//
// # Analyzer rawpool
//
// rawpool: query on a tenant table over a pool or a bare connection
//
// A statement on a table whose row-level security policies read the tenant
// context must run in a transaction in which that context is set. A pool has no
// transaction: each statement may run on another connection, without context
// or with what an earlier borrower left behind.
//
// Bad:
//
//	rows, err := s.pool.Query(ctx, "SELECT id FROM orders")
//
// Fixed:
//
//	err := WithTenant(ctx, s.pool, tenantID, func(tx pgx.Tx) error {
//		rows, err := tx.Query(ctx, "SELECT id FROM orders")
//		...
//	})
//
// Where the handle arrives as an interface, the finding stands where it was
// chosen, and shows the way to the statement, through other interfaces as well.
// A type whose pool nothing scopes, or a function that works on one handle
// throughout, has one finding from five statements on: at the first of them, with
// the others in its path.
//
// A function that looks the request's transaction up in a map, and returns the pool
// where there is none, is reported as suspect at that return, once: which of the two it
// is, its callers can't tell. It is silent where requests surely bring the name of a
// transaction, and where the function begins one with the tenant's context instead.
//
// A pool of the tenant's own database, looked up or opened under what the request's
// context says, is no finding; nor is a transaction whose search_path that names. What
// a context says is the tenant where the package sets the tenant's context to it as
// well; of a schema that something else in the context names (a region, a language)
// it is not known whose it is.
//
// Tables without policies that read a tenant setting, catalogs, DDL and
// statements over functions only are not judged.
//
// # Analyzer unscopedtx
//
// unscopedtx: transaction that queries a tenant table before the tenant context is set
//
// The context must be set on the same transaction, before the query, on every
// path that reaches it, and its error must end the path.
//
// Bad:
//
//	tx, err := pool.Begin(ctx)
//	...
//	rows, err := tx.Query(ctx, "SELECT id FROM orders")
//
// Fixed:
//
//	tx, err := pool.Begin(ctx)
//	...
//	if _, err := tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID); err != nil {
//		return err
//	}
//	rows, err := tx.Query(ctx, "SELECT id FROM orders")
//
// A context statement whose error is dropped is reported as suspect: the server
// aborts the transaction when it fails there, but an encoding or network error
// leaves it without context. A helper that drops it and hands the transaction on
// is reported once, in the helper.
//
// A helper that sets the context only where it is given a tenant (or not told to work
// for the system) is judged at its callers: by the constant that they pass, or by the
// check on the way to the call, as in `if tenantID == "" { return errNoTenant }`.
//
// Middleware that puts its transaction into the request's context and ends it before it
// runs the rest of the request is reported where it goes on: what takes the transaction
// from there fails.
//
// # Analyzer outerhandle
//
// outerhandle: query past the tenant-scoped transaction that is open for this work
//
// Inside the callback of a scoping helper, or while a scoped transaction is
// open, the query runs on the captured pool, on the receiver's pool, or on
// generated queries built from it: on another connection, outside the scope.
//
// Bad:
//
//	WithTenant(ctx, s.pool, id, func(tx pgx.Tx) error {
//		return s.queries.CreateOrder(ctx, arg) // forgot WithTx(tx)
//	})
//
// Fixed:
//
//	WithTenant(ctx, s.pool, id, func(tx pgx.Tx) error {
//		return s.queries.WithTx(tx).CreateOrder(ctx, arg)
//	})
//
// # Analyzer droppedtx
//
// droppedtx: tenant-scoped transaction that what is called next can't reach
//
// A helper begins a transaction, sets the tenant's context on it, and calls a
// callback, or the rest of a request, without handing the transaction on. What
// is called works on the pool, without context, although every call of the
// helper looks right.
//
// Bad:
//
//	if err := SetTenant(ctx, tx, tenantID); err != nil {
//		return err
//	}
//	if err := fn(ctx); err != nil { // fn can't know tx
//		return err
//	}
//	return tx.Commit(ctx)
//
// Fixed:
//
//	if err := fn(ctx, tx); err != nil { // or put it into the context
//		return err
//	}
//
// Reported once, at the call in the helper; queries in the callbacks are not
// reported again. Silent as soon as the helper uses the transaction for a
// statement of its own, or hands it to anything. Where what is called is known
// to set the context on a transaction of its own, the finding is a suspect: the
// outer one is of no use then.
//
// # Analyzer formattedset
//
// formattedset: tenant context built by formatting a value into SQL text
//
// SET takes no parameters, so programs format the tenant into its text, and a
// hostile value becomes SQL: it can set another tenant's context.
//
// Bad:
//
//	tx.Exec(ctx, fmt.Sprintf("SET LOCAL app.tenant_id = '%s'", tenantID))
//
// Fixed:
//
//	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
//
// A value whose Go type can't hold SQL (an integer, a UUID) or that went through
// a quoting function is not reported.
//
// # Analyzer boundset
//
// boundset: SET with a placeholder, which the server rejects or takes literally
//
// The server does not accept parameters in SET: "SET LOCAL x = $1" fails with
// 42601 under the extended protocol, and "SET x = '$1'" sets the text $1.
//
// Bad:
//
//	tx.Exec(ctx, "SET LOCAL app.tenant_id = $1", tenantID)
//
// Fixed:
//
//	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
//
// Not reported where the statement is sent with pgx's simple protocol, which
// interpolates on the client.
//
// # Analyzer sessioncontext
//
// sessioncontext: tenant context for the session on a pooled connection
//
// SET without LOCAL and set_config(.., false) outlive the transaction: the next
// borrower of the connection works as this tenant. No pool resets anything.
//
// Bad:
//
//	conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", tenantID)
//
// Fixed:
//
//	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
//
// search_path counts where it names a schema for each tenant: one that a context
// says, or, as a suspect, that the function's caller passes with one. A constant, and
// one that the configuration names, are everybody's.
//
// Not reported where the setting is reset on every path before the connection
// goes back, or by a hook of the pool. A fix is offered in a transaction after
// which nobody goes on with the connection.
//
// # Analyzer lostcontext
//
// lostcontext: transaction-local tenant context where no transaction is open
//
// SET LOCAL and set_config(.., true) end with the transaction. On a pool or a
// bare connection that is the statement itself: they have no effect.
//
// Bad:
//
//	conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
//	conn.Query(ctx, "SELECT id FROM orders")
//
// Fixed:
//
//	tx, err := conn.Begin(ctx)
//	...
//	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
//	tx.Query(ctx, "SELECT id FROM orders")
//
// SET LOCAL of a setting that goes with the tenant's, such as who acts, is
// reported as well.
//
// As the first item of a batch, or the first statement of one multi-statement
// Exec, it does scope the rest of that batch or Exec, and is not reported.
//
// # Analyzer unsetcontext
//
// unsetcontext: tenant context that no policy reads
//
// The code sets one setting and the policies read another: a wrong letter, or a
// policy that was changed and code that was not. No server complains about a
// setting that nobody has heard of. The policies see none, and show no rows,
// raise an error, or let through what they let through without a tenant.
//
// Bad:
//
//	tx.Exec(ctx, "SELECT set_config('app.tenantid', $1, true)", tenantID) // the policies read app.tenant_id
//
// Fixed:
//
//	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1, true)", tenantID)
//
// Reported are settings that are named like a tenant or as good as like what the
// policies read. Not reported is what a function, a trigger, a query or the
// program itself reads, and what is set beside a setting that the policies read.
//
// # Analyzer failopen
//
// failopen: pool hook that hands out connections without tenant context
//
// A hook that sets the tenant's context on each connection taken from a pool
// must refuse the connection where there is no tenant, and where the statement
// fails. One that accepts it hands out what the tenant before left there.
//
// Bad:
//
//	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
//		if id, ok := tenantFrom(ctx); ok {
//			conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id)
//		}
//		return true, nil
//	}
//
// Fixed:
//
//	config.PrepareConn = func(ctx context.Context, conn *pgx.Conn) (bool, error) {
//		id, ok := tenantFrom(ctx)
//		if !ok {
//			return true, errNoTenant
//		}
//		_, err := conn.Exec(ctx, "SELECT set_config('app.tenant_id', $1, false)", id)
//		return err == nil, err
//	}
//
// Middleware that goes on without the tenant's transaction, where a client leaves
// out the header that names the tenant, is a suspect if what takes the transaction
// from the context falls back on a pool. One that lets paths or signed-in people
// through is not reported.
//
// A hook may spare itself the statement where it remembers that the connection was
// prepared for this very tenant.
//
// Where a hook resets the connections that come back, the finding is a suspect:
// queries go on without a tenant then.
//
// # Analyzer untrustedtenant
//
// untrustedtenant: tenant that the request names and nothing vouches for
//
// Row-level security shows the rows of the tenant that the context names. Where
// a header, a query, a path, a cookie or a body names it, so does whoever sends
// the request: policies hold, and the caller reads any tenant's rows. Knowing who
// the caller is does not help as long as nobody compares.
//
// Bad:
//
//	tenant, err := uuid.Parse(r.Header.Get("X-Tenant-ID"))
//	...
//	err = WithTenant(ctx, pool, tenant, list)
//
// Fixed:
//
//	claims, err := verify(r) // of a token whose signature holds
//	...
//	err = WithTenant(ctx, pool, claims.TenantID, list)
//
// The value is followed from net/http, chi, gorilla/mux, gin, echo, fiber, gRPC
// metadata and connect through conversions, structs, functions, packages and the
// values of contexts to the statement that sets the tenant or, with strategy
// filter, names it: in a condition, or in a new row. The finding stands
// where the function that reads the request sets the tenant, hands it on, or puts
// it into the context; where a middleware doesn't know what becomes of it, at the
// code that mounts the middleware. What is taken from a token without verifying
// its signature (ParseUnverified) comes from the request as well. A package whose
// handlers take it from the same header or parameter has one finding from five places
// on, at the first, with the others in its path: what is wrong is that it is trusted.
//
// Not reported: what was compared with the caller's claims, or with a list of
// them, on the way; what a query or a function confirmed that got it together with
// something about the caller; callers with a role, or with a secret of the
// service; logins, which check a password in the tenant that they are asked for;
// tenants that a query found by a key or a name; and values of which it is not
// known where they come from. That there is a tenant of that name confirms
// nothing. A check in a middleware or interceptor counts for the handlers of the package
// that are mounted behind it, in that package, wherever they are mounted; others are not
// seen.
//
// # Analyzer unscopedroute
//
// unscopedroute: handler mounted without the middleware that its queries rely on
//
// A handler's queries run in the tenant's scope because a middleware puts the
// scoped transaction, or the tenant, into the request's context. One route that is
// mounted on another router or group, before the middleware is added, or without
// the wrapper that the others have, works without: its queries fall back on the
// pool, or find no tenant.
//
// Bad:
//
//	api := r.Group("/api", s.tenantTx)
//	api.GET("/orders", s.listOrders)
//	r.GET("/api/orders/export", s.exportOrders)
//
// Fixed:
//
//	api := r.Group("/api", s.tenantTx)
//	api.GET("/orders", s.listOrders)
//	api.GET("/orders/export", s.exportOrders)
//
// Where each statement names its tenant (strategy filter), the middleware finds the
// tenant that conditions are bound to. A handler of the administration names none,
// which is right on the administration's router: on one whose other routes are behind
// the middleware, it shows every tenant's rows to whoever asks. So handlers that lead
// to statements on every tenant's rows, in privileged packages as well, are reported
// where they are mounted beside such routes with nothing of their own before them,
// and don't ask themselves who sends the request.
//
// Routers are followed through variables, fields, functions and packages: those of
// net/http, chi, gorilla/mux, gin, echo and fiber, each with its own order (chi and
// gin cover the routes that come after Use, gorilla/mux and echo's Use all of them,
// fiber those that come after it under the path). What a middleware puts into
// contexts is taken from its code, on any of its paths and in all that it calls.
// The finding stands where the handler is mounted, or at the call that hands a
// router to another package; it shows what the handler needs and what the others
// are behind.
//
// The rule is a preview: it is off unless tenantvet.yaml switches it on. Not
// reported: routes where the middleware is not known, because it comes out of a
// field that others fill, or calls what is not seen; handlers that work with and
// without what the context carries; and, of routers that are returned and may be
// wrapped elsewhere, routes that are not the exception. Logins, webhooks and the
// like work before anybody's tenant is known: a handler counts as forgotten where
// it takes the tenant from the context, asks for something else that the others
// have, is where the user is known, or works on rows that no value picks.
//
// The methods of gRPC and connect are routes as well: they are served where
// RegisterXServer or NewXHandler is called, behind the interceptors of the server, or of
// the handler's options. An interceptor of unary calls doesn't run before streams; a
// service is compared with the others that the same function serves, on other servers
// as well. What puts something into the contexts of all calls but some, by the names of
// their methods (FullMethod or Procedure: compared, listed in a map or slice of
// constants, or asked about in a function), lets those by on purpose: they are reported
// where they need it all the same.
//
// # Analyzer jobtenant
//
// jobtenant: job whose worker works without its tenant
//
// A worker runs long after the request that ordered the job, in a context of the
// queue's: whose rows it may touch is known to it only if the payload says so.
// Where it doesn't, the worker has nothing to set the tenant's context from. Its
// statements then see no rows, and the job does nothing for ever, or those of
// every tenant.
//
// Bad:
//
//	type RemindArgs struct{ InvoiceID string }
//
//	func (w *Remind) Work(ctx context.Context, job *river.Job[RemindArgs]) error {
//		_, err := w.pool.Exec(ctx, "UPDATE invoices SET reminded = now() WHERE id = $1", job.Args.InvoiceID)
//		return err
//	}
//
// Fixed:
//
//	type RemindArgs struct{ TenantID, InvoiceID string }
//
//	func (w *Remind) Work(ctx context.Context, job *river.Job[RemindArgs]) error {
//		return WithTenant(ctx, w.pool, job.Args.TenantID, func(tx pgx.Tx) error {
//			_, err := tx.Exec(ctx, "UPDATE invoices SET reminded = now() WHERE id = $1", job.Args.InvoiceID)
//			return err
//		})
//	}
//
// The workers of river and asynq are known, by the type of the job that they get, and
// the workflows and activities of Temporal, by their registration or, of local
// activities, where a workflow runs them. The finding stands at the
// payload, at the worker where the payload belongs to another package, or at the
// registration of activities of another package; rawpool and unscopedtx show the
// statements themselves, which may stand in functions that the worker calls.
// Where the payload names the tenant, and statements run without its context all the
// same, since the worker does not set it, or not by then, the finding stands at the
// worker.
//
// Not reported: payloads that name no tenant but can hold anything (maps, interfaces,
// documents), at whatever depth; tasks
// of which it is not seen what is read from their bytes; jobs without a payload;
// workers of payloads that name none that set the tenant's context somewhere, be it
// from a row that they read or for one tenant after the other, or put something of
// the job into a context; workers whose statements name the tenant's column; what
// a workflow has activities do, which are judged by themselves; and packages that may work for all
// tenants (privileged in tenantvet.yaml). A tenant that a worker takes from its
// context is not checked: a middleware of the queue may have put it there.
//
// # Analyzer servicerole
//
// servicerole: service-role credential outside the privileged packages
//
// A login that bypasses row-level security reads every tenant's rows. Its
// credentials belong into the packages that tenantvet.yaml declares privileged.
//
// Bad:
//
//	key := os.Getenv("SUPABASE_SERVICE_ROLE_KEY") // in a request handler
//
// Fixed:
//
//	key := os.Getenv("SUPABASE_ANON_KEY") // and the caller's own token
//
// A credential is the value of a variable that usually holds one
// (SUPABASE_SERVICE_ROLE_KEY, SUPABASE_DB_URL and their like, with prefixes), read
// from the environment, through a function of the program's own, viper, koanf,
// godotenv, or by a struct tag; a Supabase secret key, a signed token whose role is
// service_role, or a connection string with a login that bypasses, in the source
// or in an embedded file; and what a privileged package hands over.
//
// Only uses count. Comments, log and error texts, names in comparisons, test files,
// publishable and anon keys don't, nor does asking whether a variable is set. A
// login without a password is a mention in a text for people, and a default on
// the developer's own machine. The finding's path shows what is done with the
// credential; the credential itself is never printed.
//
// # Analyzer clientsecret
//
// clientsecret: service-role credential in a program that runs with its users
//
// Who has a program has every credential that is linked into it, and a program
// that asks for one has to be given it wherever it runs. That a privileged package
// holds it is an excuse on a server only.
//
// Bad:
//
//	import "example.com/shop/internal/backend" // backend reads SUPABASE_SERVICE_ROLE_KEY
//
// Fixed:
//
//	import "example.com/shop/internal/api" // works with the user's own token
//
// The programs are the main packages that tenantvet.yaml lists under
// packages.client, and those that nothing but a browser can run (syscall/js). One
// with a toolkit for windows (fyne, Gio, Ebitengine, Wails ...) is a suspect, since
// its users may be the operators.
//
// A program holds what its main function and the initialisers of its packages
// refer to, on and on, methods of what goes behind an interface included. One
// finding a credential, at the import that leads to it, with the shortest way as
// its path. What nothing refers to is dropped by the linker, or never read, and is
// not reported here.
//
// Not seen: what a build puts into a variable with -ldflags, programs for phones
// that are bound with gomobile, and credentials in packages of other modules that
// use no database.
//
// # Analyzer bypassrole
//
// bypassrole: role or login that row-level security does not bind
//
// SET ROLE to a role with BYPASSRLS, row_security = off, or a setting that the
// policies accept as a bypass opens every tenant's rows to what follows. GRANT of
// such a role lets its new members do so.
//
// Bad:
//
//	tx.Exec(ctx, "SET LOCAL ROLE service_role")
//
// Fixed:
//
//	tx.Exec(ctx, "SET LOCAL ROLE app_user")
//
// A handle that was opened as such a role is past the policies from the start,
// whatever context is set on it: pgxpool.New with SUPABASE_DB_URL, with a
// connection string or configuration whose login bypasses at the provider or has
// BYPASSRLS in the migrations. It is reported once, where it is opened, or got from
// another package, if code that is not privileged runs statements on tenant tables
// over it. A login that owns the table, where FORCE is missing, is a suspect.
//
// A call of a function in another package that hands out a handle on which the
// role was switched is reported as well.
//
// Lowering privilege is not reported: SET LOCAL ROLE in the transaction, SET ROLE
// in AfterConnect, or the role among the connection's parameters. Packages and
// handles that tenantvet.yaml declares privileged are free to bypass. A login that
// is not known from the program, as that of DATABASE_URL, is none that bypasses.
// session_replication_role switches triggers and foreign keys off, not policies.
//
// # Analyzer brokensql
//
// brokensql: text about tenants that the server rejects
//
// PostgreSQL's grammar does not take the text (42601): the tenant's context is
// not set, the query does not run, and nothing can be said about what it was to
// do. A text is about tenants when its words set a tenant setting or name a
// tenant's table where statements name tables.
//
// Bad:
//
//	tx.Exec(ctx, "SET LOCAL app.tenant_id = $1::text", tenantID)
//
// Fixed:
//
//	tx.Exec(ctx, "SELECT set_config('app.tenant_id', $1::text, true)", tenantID)
//
// Not reported: texts for other databases, and texts of which a part that may be
// syntax is only known when the program runs. The syntax of a PostgreSQL newer
// than the parser's is taken for an error.
//
// # Analyzer copyintorls
//
// copyintorls: COPY FROM into a table with row-level security
//
// The server refuses COPY FROM for every role that the table's policies bind
// (0A000). Where such code works, its role bypasses row-level security, and
// nothing keeps it from writing other tenants' rows.
//
// Bad:
//
//	tx.CopyFrom(ctx, pgx.Identifier{"orders"}, columns, source)
//
// Fixed:
//
//	batch := &pgx.Batch{}
//	for _, o := range orders {
//		batch.Queue("INSERT INTO orders (id, total) VALUES ($1, $2)", o.ID, o.Total)
//	}
//	tx.SendBatch(ctx, batch).Close()
//
// COPY TO, temporary and other tables without row-level security, and packages
// declared privileged are not reported.
//
// # Analyzer rlsbypassstmt
//
// rlsbypassstmt: statement that the policies of a tenant table do not hold for
//
// TRUNCATE is not subject to row-level security. The policies of a partitioned
// table hold only where the table itself is named, not a partition of it. A view
// reads its tables with the rights of its owner unless it is declared with
// security_invoker, and a materialized view keeps what its owner saw.
//
// Bad:
//
//	tx.Exec(ctx, "TRUNCATE orders")
//	tx.Query(ctx, "SELECT value FROM readings_2026") // a partition
//
// Fixed:
//
//	tx.Exec(ctx, "DELETE FROM orders")
//	tx.Query(ctx, "SELECT value FROM readings WHERE at >= '2026-01-01'")
//
// A view is closed where its owner is a role that the policies bind, where its
// own query compares the rows with the tenant's setting, and where the statement
// does. An owner that the migrations don't name may be a superuser: that is
// reported as suspect. Texts with DDL, which are migrations, and packages
// declared privileged are not reported.
//
// # Analyzer formattedsql
//
// formattedsql: string from outside formatted into SQL on the tenant's path
//
// Who can write SQL into a statement can write set_config into it as well: then
// the policies compare rows with another tenant, and row-level security falls.
// A tenant predicate is easier still to get past.
//
// Bad:
//
//	tx.Query(ctx, "SELECT id FROM orders WHERE note LIKE '%"+term+"%'")
//
// Fixed:
//
//	tx.Query(ctx, "SELECT id FROM orders WHERE note LIKE '%' || $1 || '%'", term)
//
// Reported are string parameters, fields of what was passed in and parts of a
// request, where they reach a statement on a tenant table or over a handle that
// carries the context. Not reported: integers, UUIDs and other types that can't
// hold SQL, names that went through pgx.Identifier.Sanitize, texts of the
// program's own, generated placeholders, pieces of syntax that the program puts
// together, and strings that the function checks before.
//
// # Analyzer upsertoracle
//
// upsertoracle: ON CONFLICT on a key that tenants share
//
// A unique key without the tenant's column spans all tenants, whatever the
// policies say. Where another tenant has a row with that key, ON CONFLICT DO
// UPDATE fails (42501), DO NOTHING inserts nothing: either tells that the row
// exists, and keeps this tenant from its own. Without row-level security DO
// UPDATE changes the other tenant's row.
//
// Bad:
//
//	tx.Exec(ctx, "INSERT INTO customers (email, name) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = excluded.name", email, name)
//
// Fixed:
//
//	tx.Exec(ctx, "INSERT INTO customers (email, name) VALUES ($1, $2) ON CONFLICT (tenant_id, email) DO UPDATE SET name = excluded.name", email, name)
//
// together with UNIQUE (tenant_id, email) in the schema.
//
// Keys with the tenant's column, keys of which the server makes up a column that
// the statement leaves out, and keys with expressions are not reported; nor are
// those with a UUID where row-level security stands in the way, since who asks
// for one knows it.
//
// # Analyzer tenantfilter
//
// tenantfilter: statement that names a tenant table without a condition on its tenant
//
// For programs that keep tenants apart by a condition in each statement, which
// tenantvet.yaml says with "strategy: filter", or "both" besides row-level
// security. Each mention of a table that has the tenant's column must be held to
// one tenant: by an equality with a parameter, a setting or a constant, in every
// branch, or with the column of another table that is. Where the statement holds
// another table to its tenant, and this one is reached through it, the finding is
// a suspect: it leaks where a row refers to another tenant's. A foreign key on
// the tenant's column and the reference shows that none does.
//
// Bad:
//
//	db.QueryContext(ctx, "SELECT i.name FROM orders o JOIN items i ON i.order_id = o.id WHERE o.tenant_id = $1", tenantID)
//
// Fixed:
//
//	db.QueryContext(ctx, "SELECT i.name FROM orders o JOIN items i ON i.order_id = o.id AND i.tenant_id = o.tenant_id WHERE o.tenant_id = $1", tenantID)
//
// Tables without that column, those that the configuration lists as shared,
// migrations, and packages declared privileged are not judged. A condition that
// may be in a part of the text that is not known makes the site unknown.
//
// # Analyzer tenantinsert
//
// tenantinsert: row inserted into a tenant table without its tenant
//
// For the same programs: a row whose tenant's column is left out, or is always
// the same constant, belongs to nobody, or to whoever that constant is.
//
// Bad:
//
//	db.ExecContext(ctx, "INSERT INTO orders (id, total) VALUES ($1, $2)", id, total)
//
// Fixed:
//
//	db.ExecContext(ctx, "INSERT INTO orders (id, tenant_id, total) VALUES ($1, $2, $3)", id, tenantID, total)
//
// Not reported where the column's default or a trigger fills it from the
// context, and where a nullable one is NULL on purpose, for rows of everybody.
//
// # Analyzer dynamicsql
//
// dynamicsql: SQL text that is not known before the program runs
//
// What can't be read can't be proven. The rule is for programs that want every
// site proven: it is off unless "rules: {dynamicsql: true}" in tenantvet.yaml or
// the flag -strict asks for it.
//
// Bad:
//
//	db.QueryContext(ctx, readQuery(name))
//
// Fixed:
//
//	const listOrders = "SELECT id FROM orders WHERE tenant_id = $1"
//	db.QueryContext(ctx, listOrders, tenantID)
//
// A text of which parts are known well enough to tell its tables is not reported.
//
// # Analyzer globalkey
//
// globalkey: one key that verifies the tokens of all tenants
//
// The function that picks the key of a token looks at neither its kid nor at
// anything else that tells tenants apart, and returns the program's one key.
// Whoever gets hold of that key makes tokens for every tenant, and no tenant's
// tokens can be revoked by taking its key away.
//
// Bad:
//
//	token, err := jwt.Parse(text, func(t *jwt.Token) (any, error) {
//		return s.secret, nil
//	})
//
// Fixed:
//
//	token, err := jwt.Parse(text, func(t *jwt.Token) (any, error) {
//		return s.keys.Find(t.Header["kid"])
//	})
//
// The rule is a preview: it is off unless tenantvet.yaml switches it on, which
// says that tenants are to have keys of their own. It knows golang-jwt, v4 and v5.
// Not reported: key functions that look at the token, or hand it on; keys that a
// caller passes, or that something found; keys of which it is not known where
// they come from; and what signs with one key.
//
// # Analyzer keptpool
//
// keptpool: a tenant's pool that is kept where the next one finds it
//
// In programs with a database for each tenant a pool is opened for the tenant at
// hand, and then kept in a field that all share, in a package variable, or in a
// variable of the function around a handler. Whoever asks next gets the first one's pool, and reads and writes the first one's rows: no
// policy tells them apart, since the database has but one tenant.
//
// Bad:
//
//	if m.pool == nil {
//		m.pool, err = pgxpool.New(ctx, m.dsn(tenant.From(ctx)))
//	}
//	return m.pool, err
//
// Fixed:
//
//	id := tenant.From(ctx)
//	if m.pools[id] == nil {
//		m.pools[id], err = pgxpool.New(ctx, m.dsn(id))
//	}
//	return m.pools[id], err
//
// A pool counts as a tenant's where what it is opened with, or the key under which it
// is looked up, is made of what a context carries and the package makes the tenant's
// context of elsewhere. Such a pool is then taken for scoped. The rule is a preview:
// it is off unless tenantvet.yaml switches it on. Not reported: pools in what the
// function itself makes, such as a store for one tenant; variables that a callback of
// the same request fills; pools that the program opens
// with one address for all.
//
// # Analyzer directive
//
// directive: tenantvet comment that is malformed, of no use, or denied by the code
//
// Bad:
//
//	//tenantvet:ignore rawpool
//
// Fixed:
//
//	//tenantvet:ignore rawpool -- countries are the same for every tenant
//
// A directive without reason, with an unknown rule, or that no finding needs is
// itself a finding. It silences findings that stand on its statement, or whose
// text stands there, in other packages as well; not those about a caller's handle.
//
// A declaration says what can't be seen: that handles carry the tenant's context.
//
//	//tenantvet:scoped
//	func (u *Unit) Within(ctx context.Context, fn func(tx pgx.Tx) error) error
//
// stands at a function or a method of an interface (the handles and contexts that
// it returns or hands to its callbacks are scoped), a type (every handle of that
// type is), a field, a package variable, or a parameter; "//tenantvet:scoped tx"
// at a function declares its parameter tx. What a declared parameter gets is still
// judged where callers are seen. A reason may follow after " -- ".
//
// Reported are a declaration that decides nothing, one in a place where it has no
// meaning, and code that denies it: a transaction or connection on which nothing
// sets the context is returned, or stored, as if it were scoped. Pools are taken at
// their word: what their login, hooks or proxy do is not seen where they are opened.
package analyzer
