package output

import (
	"errors"
	"os"
)

// lockName is the file that a run holds locked. The system unlocks it when the
// run ends, however that ends: no lock outlives a run that was killed.
const lockName = temporary + "lock"

// errHeld says that another run holds the lock.
var errHeld = errors.New("held by another run")

// lock keeps other runs out of a folder until it is unlocked. Where the file
// system knows no locks nothing does.
func lock(root *os.Root) (*os.File, error) {
	if info, err := root.Lstat(lockName); err == nil && !info.Mode().IsRegular() {
		if err := root.Remove(lockName); err != nil {
			return nil, err
		}
	}
	for {
		f, err := root.OpenFile(lockName, os.O_CREATE|os.O_RDWR, 0o644)
		if err != nil {
			return nil, err
		}
		if err := tryLock(f); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return nil, errors.Join(err, f.Close())
		}
		if isAt(root, f) {
			return f, nil
		}
		_ = f.Close() // whoever held it until now has removed it
	}
}

// isAt reports whether an open file is still the one that others would lock.
func isAt(root *os.Root, f *os.File) bool {
	ours, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := root.Lstat(lockName)
	return err == nil && os.SameFile(ours, there)
}

// unlock removes the file while it is locked: who opens it meanwhile sees that.
func unlock(root *os.Root, f *os.File) {
	_ = root.Remove(lockName) // one that stays is nobody's
	_ = f.Close()
}
