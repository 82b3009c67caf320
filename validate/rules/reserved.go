package rules

import (
	"regexp"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate"
)

// reservedNames refuses names of new files and folders that would not reach
// every clone as they are: what begins with a dot may be an instruction to git,
// and Windows cannot check out the names of its devices. What has landed cannot
// be renamed, so it is left alone.
var reservedNames = validate.ChangeRule{
	IDs: []string{"change/reserved-name"},
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		for _, f := range ch.Files {
			if f.Verb != validate.Added {
				continue
			}
			for name := range strings.SplitSeq(f.Path, "/") {
				if reserved(name) {
					report(fileFinding("change/reserved-name", f, diag.Args{"name": name}))
					break
				}
			}
		}
	},
}

// device matches what Windows takes for a device, whatever ending follows; the
// superscript digits count as digits there.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9¹²³]) *(\.|$)`)

func reserved(name string) bool {
	return strings.HasPrefix(name, ".") || strings.TrimRight(name, ". ") != name || device.MatchString(name)
}
