package attest

import "embed"

// Cheats are the known ways to make something look proven that is not, as the
// tests prove them; testdata/cheats/README.md describes their form.
//
//go:embed testdata/cheats/*.txtar
var Cheats embed.FS
