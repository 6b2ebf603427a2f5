// Package dbapi knows which functions of the database libraries send SQL, over
// what, and which values are handles. The knowledge is data, a file a library
// in the folder catalogue, keyed by types.Func.FullName, and users add to it in
// tenantvet.yaml.
//
// A file is a list of lines. Those that follow "package <import path>" leave the
// path out of names; type parameters are left out always:
//
//	<function> <effect> [key=value ...]
//
// The function is F, (T).M or (*T).M; several of one receiver are separated by
// commas: (*T).M,N. Argument numbers count from 0 and leave the receiver out.
// Effects:
//
//	send         sends SQL: text=N the statement, args=N the first bind argument
//	sendbatch    sends a batch: batch=N
//	queue        adds SQL to a batch: text=N args=N
//	copy         COPY FROM into a table: table=N (pgx.Identifier)
//	begin        result 0 is a transaction on the receiver
//	beginfunc    as begin, for the callback in argument fn=N
//	acquire      result 0 is a connection of the receiver
//	acquirefunc  as acquire, for the callback in argument fn=N
//	hijack       result 0 is the receiver, which belongs to no pool any more
//	open         result 0 is a new pool or connection; dsn=N the connection string
//	prepare      prepares SQL: text=N; result 0 is a statement on the receiver
//	rebind       result 0 is the statement of argument stmt=N on the receiver
//	exec         runs the receiver, a prepared statement: args=N; or the one of stmt=N
//	same         result 0 is the receiver by another name
//	derive       result 0 is the receiver with more of a statement
//	sendbuilt    sends what the calls before it have built; result 0 may go on with it
//	raw          the callback in argument fn=N gets the receiver by another name
//	untold       result 0 is a handle of which nothing is known
//	commit, rollback, release
//	proceed      runs the rest of a request, as middleware does; no database library
//
// More keys: db=N is the argument that an effect works on instead of the
// receiver; name=N instead of text=N is the name of a prepared statement;
// text=none says that the text is not the program's; handle=N is the parameter
// of a callback that gets the handle, if not the first. inline says that the
// library writes the bind arguments into the text, question that placeholders
// are written ? and not $1.
//
//	type <type> <kind> [chain]
//
// says what kind of handle a type is: pool, conn, session, tx, batch, stmt,
// querier (decided by what is behind it), none, or hooks, for the configuration
// of a pool. "chain": a value is a handle and a statement in the making at once,
// and its methods that return another chain, and are not listed, derive.
//
//	result <type> rows|row|tag|batch
//
// names what only a method that sends SQL returns: rows, one row that keeps the
// error, what a statement has done, or the results of a batch. The methods of
// the program's own interfaces are recognised by them.
//
//	quiet <function>
//
// names what sends nothing, or nothing that concerns tenants. A test holds that
// every exported function and method that has to do with handles is listed.
package dbapi
