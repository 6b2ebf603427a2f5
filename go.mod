module github.com/tenantvet/tenantvet

go 1.26.0

require (
	github.com/goccy/go-yaml v1.19.2 // indirect
	github.com/pganalyze/pg_query_go/v5 v5.1.0 // indirect
	github.com/sqlc-dev/oliphant v0.2.0 // indirect
	golang.org/x/tools v0.47.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
