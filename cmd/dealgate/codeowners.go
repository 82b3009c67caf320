package main

import (
	"bytes"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/setup"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

func newCodeowners() *cobra.Command {
	var forge, asOf string
	var check bool
	cmd := &cobra.Command{
		Use:  "codeowners [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCodeowners(cmd, folderOf(args), forge, asOf, check)
		},
	}
	cmd.Flags().StringVar(&forge, "forge", "", "")
	cmd.Flags().StringVar(&asOf, "as-of", "", "")
	cmd.Flags().BoolVar(&check, "check", false, "")
	return cmd
}

func runCodeowners(cmd *cobra.Command, dir, forge, asOf string, check bool) error {
	w, err := openWorkspace(dir)
	if err != nil {
		return err
	}
	l, err := lang(cmd, policyOf(w.guarded))
	if err != nil {
		return err
	}
	o, err := w.owners(forge, asOf, l)
	if err != nil {
		return err
	}
	out := &lines{out: cmd.OutOrStdout(), l: l}
	about := diag.Args{"file": o.Path()}
	switch current := w.owned(o); {
	case current:
		out.say("setup.owners.current", about)
	case check:
		out.say("setup.owners.stale", about)
		if out.err == nil {
			return errFindings
		}
	default:
		if err := writeFiles(w.dir, []setup.File{{Path: o.Path(), Data: o.Data()}}); err != nil {
			return &wordedError{"setup.error.unwritable", diag.Args{"dir": filepath.Join(w.dir, o.Path()), "reason": err.Error()}}
		}
		out.say("setup.owners.written", about)
	}
	return out.err
}

// owners reads what CODEOWNERS follows from. Without a day asked for, roles
// count as of the last commit, or of today where there is none.
func (w *workspace) owners(forge, asOf string, l catalogue.Lang) (setup.Owners, error) {
	policy, roster := policyOf(w.guarded), rosterOf(w.guarded)
	if policy == nil || roster == nil {
		return setup.Owners{}, &wordedError{"setup.owners.no-rules", nil}
	}
	day, _, err := w.days(asOf, policy)
	if err != nil {
		return setup.Owners{}, err
	}
	if day == 0 {
		day = latest(w.files)
	}
	o := setup.Owners{Forge: forge, Lang: l, Policy: policy, Roster: fold.NewRoster(roster), Day: day}
	if policy.Forge != nil {
		o.Host = hostOf(policy.Forge.Url.S)
		if o.Forge == "" {
			o.Forge = policy.Forge.Kind.S
		}
	}
	if o.Forge != "github" && o.Forge != "gitea" || o.Host == "" {
		return setup.Owners{}, &wordedError{"setup.owners.no-forge", nil}
	}
	return o, nil
}

func rosterOf(fsys fs.FS) *fact.Roster {
	body, _ := fold.ReadFile(fsys, fold.Classify(fold.Root+"/roster.yaml"), nil)
	r, _ := body.(*fact.Roster)
	return r
}

// hostOf is the host of a forge as accounts name it.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// owned reports whether the file is there and says the same.
func (w *workspace) owned(o setup.Owners) bool {
	data, err := fs.ReadFile(w.guarded, o.Path())
	return err == nil && bytes.Equal(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), o.Data())
}

// latest is the latest day that any fact bears, today where there is none.
func latest(fsys fs.FS) value.Day {
	var day value.Day
	_ = fs.WalkDir(fsys, fold.Root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			day = max(day, fold.Classify(path).Date)
		}
		return nil
	})
	if day == 0 {
		day = value.DayOf(time.Now())
	}
	return day
}
