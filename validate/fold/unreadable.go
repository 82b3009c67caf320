package fold

import (
	"errors"
	"io/fs"

	"github.com/dealgate/dealgate/schema/diag"
)

// unlistable reports a folder whose name or permissions keep it from being
// read, nil for any other error: that is one of the tree itself.
func unlistable(dir string, err error) *diag.Diagnostic {
	if !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return &diag.Diagnostic{Rule: "layout/unreadable", Span: diag.Span{File: dir}, Args: diag.Args{"reason": err.Error()}}
}

// special reports a file of the rules that is a pipe or device, from which
// reading may never end. They are read by name; all other files have been
// listed before, and only ordinary ones are read.
func special(fsys fs.FS, p Place) *diag.Diagnostic {
	if !p.Rules() {
		return nil
	}
	info, err := fs.Stat(fsys, p.Path)
	if err != nil || info.Mode().IsRegular() || info.IsDir() {
		return nil
	}
	return &diag.Diagnostic{Rule: "layout/special-file", Span: diag.Span{File: p.Path}}
}
