package validate

import "embed"

// Cheats are the known ways to get a change past its approvals, as the tests
// prove them; testdata/cheats/README.md describes their form.
//
//go:embed testdata/cheats/*.txtar
var Cheats embed.FS
