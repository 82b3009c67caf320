// Command dealgate validates, explains and renders deals kept in git.
package main

import "os"

func main() {
	quick()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
