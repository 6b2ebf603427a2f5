// Package settings says what programs on both sides know.
package settings

// MaxStudents is how many students a centre has on the free plan.
const MaxStudents = 30
