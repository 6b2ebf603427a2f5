package pgserver

import "syscall"

// attributes ties a process to the test binary: it ends with it, even when that
// one is killed and can't clean up. It is also kept out of the terminal's
// process group, so that an interrupt reaches the tests first.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
}
