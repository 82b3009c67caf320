//go:build unix

package main

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Reading a pipe would wait for ever.
func TestPipesAndSockets(t *testing.T) {
	for _, name := range []string{leadFile, dealFile, headerFile, policyFile, rosterFile, formFile, "deals/x", "deals/customers/x", dealDir + "evidence/x.md"} {
		dir := aCompany().onDisk(t)
		at := filepath.Join(dir, filepath.FromSlash(name))
		os.Remove(at)
		if err := syscall.Mkfifo(at, 0o644); err != nil {
			t.Skip("no pipes here:", err)
		}
		for _, format := range []string{"text", "json", "github", "markdown"} {
			dealgate(t, "validate", dir, "--format", format, "--lang", "en").want(t, exitFindings, name, "layout/special-file")
		}
	}
	dir := aCompany().onDisk(t)
	t.Chdir(dir) // the name of a socket may not be long
	l, err := net.Listen("unix", filepath.FromSlash(dealDir+"evidence/s"))
	if err != nil {
		t.Skip("no sockets here:", err)
	}
	defer l.Close()
	dealgate(t, "validate", dir).want(t, exitFindings, "layout/special-file")
}
