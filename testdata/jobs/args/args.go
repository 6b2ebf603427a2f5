// Package args holds payloads that several programs know.
package args

// Export asks for a file.
type Export struct{ Format string }

// Kind names the job.
func (Export) Kind() string { return "export" }
