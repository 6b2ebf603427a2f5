package driver

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

func TestGuard(t *testing.T) {
	tests := []struct {
		name      string
		run       func(*analysis.Pass) (any, error)
		required  bool // the analyzer at fault is one that a rule requires
		unshown   bool
		wantErr   string
		wantFatal bool
	}{
		{name: "fine", run: func(*analysis.Pass) (any, error) { return nil, nil }},
		{name: "panic of a rule", run: panics, wantErr: "shop/p: analyzer bad: panic: boom at github.com/tenantvet/tenantvet/internal/driver.panics:"},
		{name: "error of a rule", run: fails, wantErr: "shop/p: analyzer bad: no luck"},
		{name: "panic of a required analyzer", run: panics, required: true, wantErr: "shop/p: analyzer bad: panic: boom", wantFatal: true},
		{name: "error of a required analyzer", run: fails, required: true, wantErr: "shop/p: analyzer bad: no luck", wantFatal: true},
		{name: "error that costs facts", run: fails, unshown: true, wantErr: "shop/p: analyzer bad: no luck", wantFatal: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := &analysis.Analyzer{Name: "bad", Doc: "bad", Run: tt.run}
			suite := []*analysis.Analyzer{bad}
			if tt.required {
				suite = []*analysis.Analyzer{{Name: "rule", Doc: "rule", Requires: suite, Run: func(*analysis.Pass) (any, error) { return nil, nil }}}
			}
			var fatal error
			guard(suite, unit{ID: "shop/p", unshown: tt.unshown}, func(err error) { fatal = err })
			_, err := bad.Run(nil)
			if err == nil && tt.wantErr != "" || err != nil && (tt.wantErr == "" || !strings.HasPrefix(err.Error(), tt.wantErr)) {
				t.Errorf("error %q, want one that begins with %q", err, tt.wantErr)
			}
			if (fatal != nil) != tt.wantFatal {
				t.Errorf("fatal: %v, want it: %v", fatal, tt.wantFatal)
			}
		})
	}
}

func panics(*analysis.Pass) (any, error) { panic("boom") }

func fails(*analysis.Pass) (any, error) { return nil, errors.New("no luck") }
