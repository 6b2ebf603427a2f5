module github.com/tenantvet/tenantvet/conformance

go 1.26
