package livedb_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/tenantvet/tenantvet/internal/livedb"
)

// A connection string comes from the flag or from the variable that it names.
func TestDSN(t *testing.T) {
	t.Setenv("SHOP_DSN", "postgres://reader:hunter22@db.example.com/shop")
	t.Setenv("EMPTY", "")
	for _, test := range []struct{ flag, dsn, warning, err string }{
		{flag: "env:SHOP_DSN", dsn: "postgres://reader:hunter22@db.example.com/shop"},
		{flag: "postgres://reader@db.example.com/shop", dsn: "postgres://reader@db.example.com/shop"},
		{flag: "postgres://reader:hunter22@db.example.com/shop", dsn: "postgres://reader:hunter22@db.example.com/shop", warning: "list of processes"},
		{flag: "env:EMPTY", err: "EMPTY is not set, or is empty"},
		{flag: "env:", err: "lacks the variable's name"},
		{flag: "postgres://reader:hunter22@db.example.com:port/shop", err: "not a connection string"},
	} {
		dsn, warning, err := livedb.DSN(test.flag)
		if dsn != test.dsn || !strings.Contains(warning, test.warning) || (warning == "") != (test.warning == "") {
			t.Errorf("%s: %q, %q", test.flag, dsn, warning)
		}
		if test.err == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %v, want %q", test.flag, err, test.err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter22") || strings.Contains(warning, "hunter22") {
			t.Errorf("the password is told: %v, %s", err, warning)
		}
	}
}

// What fails says what to do, and tells no secret.
func TestConnectErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := l.Addr().String()
	l.Close()
	for _, test := range []struct{ dsn, want string }{
		{"postgres://reader:hunter22@" + closed + "/shop", "can't connect to database shop on 127.0.0.1 as reader: nothing listens there"},
		{"postgres://reader:hunter22@db.invalid/shop", "look at the host"},
		{"host=/nowhere user=reader password=hunter22 dbname=shop", "nothing listens there"},
		{"postgres://reader:hunter22@db.example.com:port/shop", "not a connection string"},
	} {
		_, err := livedb.Read(context.Background(), test.dsn)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter22") || strings.Contains(err.Error(), "://reader:")) {
			t.Errorf("the connection string is told: %v", err)
		}
	}
}
