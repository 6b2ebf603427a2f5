package config

import (
	"fmt"
	"strings"
)

// An Error is one thing that is wrong with a tenantvet.yaml. Its message says
// what to do.
type Error struct {
	File         string
	Line, Column int // 1-based, 0 when the whole file is meant
	Message      string
	Err          error // the cause, such as a file system error, or nil
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

func (e *Error) Unwrap() error { return e.Err }

// Errors is every thing that is wrong with a tenantvet.yaml, in the order of
// the file. Load and Validate return it, so that one run shows all of them.
type Errors []*Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

func (es Errors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}
