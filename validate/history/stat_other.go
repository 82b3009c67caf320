//go:build !linux

package history

import (
	"io/fs"
	"time"
)

// changeTime is the time of a file's content: that of its last change is told
// in other ways on every system.
func changeTime(i fs.FileInfo) time.Time { return i.ModTime() }

// inode is the place of a file on its disk; 0 where that is not asked for.
func inode(fs.FileInfo) uint64 { return 0 }
