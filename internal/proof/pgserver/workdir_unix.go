//go:build unix && !linux

package pgserver

func workDir() string { return "/tmp" }
