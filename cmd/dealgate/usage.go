package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dealgate/dealgate/render/output"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/report"
)

// folderOf is the folder that a command was given, else this one.
func folderOf(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	return "."
}

// arguments wants between least and most arguments.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if least <= len(args) && len(args) <= most {
			return nil
		}
		return &wordedError{"usage.arguments", diag.Args{"command": cmd.CommandPath(), "count": len(args), "usage": useLines(langOf(cmd), cmd)[0]}}
	}
}

// knownCommand refuses what the root command is given: a command of its own
// would have taken it.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return &wordedError{"usage.command", diag.Args{"name": args[0], "commands": names}}
}

// flagError puts what is wrong with a flag into words.
func flagError(cmd *cobra.Command, err error) error {
	args := diag.Args{"command": cmd.CommandPath()}
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		args["flag"] = dashed(e.GetSpecifiedName(), e.GetSpecifiedShortnames() != "")
		return &wordedError{"usage.flag", args}
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		args["flag"] = dashed(e.GetFlag().Name, false)
		return &wordedError{"usage.flag-value", args}
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		args["flag"], args["value"] = dashed(e.GetFlag().Name, false), e.GetValue()
		return &wordedError{"usage.flag-refused", args}
	}
	if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		args["flag"] = e.GetSpecifiedFlag()
		return &wordedError{"usage.flag-syntax", args}
	}
	return err
}

func dashed(name string, short bool) string {
	if short {
		return "-" + name
	}
	return "--" + name
}

func parseLang(s string) (catalogue.Lang, error) {
	l, err := catalogue.ParseLang(s)
	if err != nil {
		return "", &wordedError{"usage.language", diag.Args{"value": s}}
	}
	return l, nil
}

func parseFormat(s string) (report.Format, error) {
	f, err := report.Named(s)
	if err == nil {
		return f, nil
	}
	var known []string
	for _, f := range report.Formats {
		known = append(known, f.Name)
	}
	return f, &wordedError{"usage.format", diag.Args{"value": s, "known": known}}
}

func parseDay(s string) (value.Day, error) {
	d, err := value.ParseDay(s)
	if err != nil {
		return 0, &wordedError{"usage.day", diag.Args{"value": s}}
	}
	return d, nil
}

// ofSystem puts an error of the operating system into a sentence.
func ofSystem(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	if errors.Is(err, context.Canceled) {
		return &wordedError{"usage.interrupted", nil}
	}
	switch {
	case errors.As(err, &link):
		return output.Unwritten(link.New, err)
	case errors.As(err, &path) && slices.Contains(writing, path.Op):
		return output.Unwritten(path.Path, err)
	case errors.As(err, &path):
		return &wordedError{"usage.unreadable", diag.Args{"reason": err.Error()}}
	}
	return err
}

// writing are the operations, as errors of the system name them, that put
// something on a disk or take it away. An "open" may be of either kind.
var writing = []string{"write", "mkdir", "mkdirat", "mkdirtemp", "createtemp", "chmod", "truncate", "sync", "remove", "unlinkat", "RemoveAll"}

// longest bounds one message: arguments and file names come from anywhere.
const longest = 1000

// oneLine keeps a message short, and harmless to a terminal.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return s
}
