package main

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path"
	"regexp"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/setup"
	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
)

type initFlags struct {
	setup.Options
	language, date string
	key, reserve   string               // files for the private keys of the landing workflow, "" for none
	people         map[string]*[]string // by role
	gm             []string
}

func newInit() *cobra.Command {
	f := initFlags{people: map[string]*[]string{}}
	cmd := &cobra.Command{
		Use:  "init DIR",
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return runInit(cmd, args[0], f) },
	}
	cmd.Flags().StringVar(&f.Forge, "forge", "github", "")
	cmd.Flags().StringVar(&f.Company, "company", "", "")
	cmd.Flags().StringVar(&f.language, "language", "", "")
	cmd.Flags().StringVar(&f.URL, "url", "", "")
	cmd.Flags().StringVar(&f.Repository, "repository", "", "")
	cmd.Flags().StringVar(&f.Branch, "branch", "main", "")
	cmd.Flags().StringVar(&f.Approvals, "approvals", "reviews", "")
	cmd.Flags().StringVar(&f.Validator, "validator", "", "")
	cmd.Flags().StringVar(&f.Runner, "runner", "ubuntu-latest", "")
	cmd.Flags().StringVar(&f.date, "date", "", "")
	cmd.Flags().StringVar(&f.key, "key", "", "")
	cmd.Flags().StringVar(&f.reserve, "reserve", "", "")
	cmd.Flags().StringArrayVar(&f.gm, "gm", nil, "")
	for _, role := range schema.Roles {
		f.people[role] = cmd.Flags().StringArray(role, nil, "")
	}
	return cmd
}

func runInit(cmd *cobra.Command, dir string, f initFlags) error {
	if err := f.read(cmd); err != nil {
		return err
	}
	if err := unused(dir); err != nil {
		return err
	}
	if in := cmd.InOrStdin(); asksPeople(in) {
		f.ask(cmd, &questions{in: bufio.NewScanner(in), out: cmd.ErrOrStderr(), l: f.Lang})
	}
	if f.Validator == "" {
		return &wordedError{"setup.error.no-validator", diag.Args{"example": exampleValidator}}
	}
	files, err := setup.Files(f.Options)
	if err != nil {
		return err
	}
	w := &lines{out: cmd.OutOrStdout(), l: f.Lang}
	if f.reserve != "" && f.key == "" {
		return &wordedError{"setup.error.reserve-alone", nil}
	}
	if f.key != "" {
		if files, err = f.signed(w, dir); err != nil {
			return err
		}
	}
	if err := writeFiles(dir, files); err != nil {
		return &wordedError{"setup.error.unwritable", diag.Args{"dir": dir, "reason": err.Error()}}
	}
	w.say("setup.done", diag.Args{"files": len(files), "dir": dir})
	if f.Approvals == "reviews" && !setup.Approver(f.People) {
		w.say("setup.no-approver", nil)
	}
	if f.Approvals == "reviews" && f.key == "" {
		w.say("setup.no-signer", diag.Args{"dir": dir})
	}
	return w.err
}

// signed makes the keys and returns the files with the lines that allow them.
func (f *initFlags) signed(w *lines, dir string) ([]setup.File, error) {
	key, err := newKey(f.key, dir)
	if err != nil {
		return nil, err
	}
	t := term{name: landingKey, from: f.Date, to: f.Date.AddMonths(keyMonths)}
	f.Signers = t.line(key)
	w.key(f.key, t)
	if f.reserve == "" {
		w.say("setup.no-reserve", nil)
	} else {
		if key, err = newKey(f.reserve, dir); err != nil {
			return nil, err
		}
		t = term{name: reserveKey, from: f.Date, to: f.Date.AddMonths(reserveMonths)}
		f.Signers += t.line(key)
		w.reserve(f.reserve, t)
	}
	return setup.Files(f.Options)
}

// read turns flags into options.
func (f *initFlags) read(cmd *cobra.Command) error {
	f.Lang = langOf(cmd)
	if f.language != "" {
		l, err := parseLang(f.language)
		if err != nil {
			return err
		}
		f.Lang = l
	}
	f.Date = value.DayOf(time.Now())
	if f.date != "" {
		day, err := parseDay(f.date)
		if err != nil {
			return err
		}
		f.Date = day
	}
	if f.Validator == "" {
		f.Validator = thisValidator()
	}
	for _, role := range schema.Roles {
		given := *f.people[role]
		if role == "general-manager" {
			given = append(f.gm, given...)
		}
		for _, s := range given {
			p, err := setup.ParsePerson(role, s)
			if err != nil {
				return err
			}
			f.People = append(f.People, p)
		}
	}
	return nil
}

// Where the validator is, and how one version of it is named.
const (
	validatorPath    = "github.com/dealgate/dealgate/cmd/dealgate"
	exampleValidator = validatorPath + "@v0.1.0"
)

// released is a version that can be installed: a tag, or the pseudo-version of
// a commit. A build of changed files has none.
var released = regexp.MustCompile(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

// thisValidator is the version that is running, so that the repository is
// judged by what set it up; "" for a build that nobody else can install.
func thisValidator() string {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && !released.MatchString(v) {
		v = info.Main.Version
	}
	if !released.MatchString(v) {
		return ""
	}
	return validatorPath + "@" + v
}

// unused refuses a folder that holds anything but a repository's own folder.
func unused(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &wordedError{"setup.error.unwritable", diag.Args{"dir": dir, "reason": err.Error()}}
	}
	for _, e := range entries {
		if e.Name() != ".git" {
			return &wordedError{"setup.error.not-empty", diag.Args{"dir": dir}}
		}
	}
	return nil
}

func writeFiles(dir string, files []setup.File) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, f := range files {
		if err := root.MkdirAll(path.Dir(f.Path), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(f.Path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
