//go:build unix && !linux

package pgserver

import "syscall"

// attributes keeps a process out of the terminal's process group, so that an
// interrupt reaches the tests first. Outside Linux nothing ties it to its parent.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Setpgid: true}
}
