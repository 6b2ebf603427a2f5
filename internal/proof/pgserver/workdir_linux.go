package pgserver

import "syscall"

// roomInMemory is how much must be free there: tests run several servers at a time, each
// with up to some hundred megabytes of databases and log.
const roomInMemory = 4 << 30

// workDir is where servers keep their files: in memory where there is room. A database
// has three hundred files, and tests make and drop hundreds of databases: on a file
// system such as ext4 most of the time is then spent looking for inodes that were not
// deleted just now.
func workDir() string {
	const memory = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err != nil || syscall.Access(memory, 7) != nil {
		return "/tmp"
	}
	const tmpfs = 0x01021994
	if int64(fs.Type) != tmpfs || fs.Bavail*uint64(fs.Bsize) < roomInMemory {
		return "/tmp"
	}
	return memory
}
