package history

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when anything about a file last changed. Unlike the time of
// its content, no program sets it.
func changeTime(i fs.FileInfo) time.Time {
	if s, ok := i.Sys().(*syscall.Stat_t); ok {
		return time.Unix(s.Ctim.Unix())
	}
	return i.ModTime()
}

// inode is the place of a file on its disk.
func inode(i fs.FileInfo) uint64 {
	if s, ok := i.Sys().(*syscall.Stat_t); ok {
		return s.Ino
	}
	return 0
}
