//go:build !windows && (!unix || aix || solaris)

package output

import (
	"errors"
	"os"
)

func tryLock(*os.File) error { return errors.ErrUnsupported }
