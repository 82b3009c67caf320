package main

import (
	"cmp"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// speak gives the commands their words, in one language: what stands in the
// catalogue under help.‹command›.use, .short, .long and .flag.‹name›. A command
// or flag without words of its own keeps what it was made with.
func speak(root *cobra.Command, l catalogue.Lang) {
	for cmd := range commands(root) {
		key := helpKey(cmd)
		for part, to := range map[string]*string{"use": &cmd.Use, "short": &cmd.Short, "long": &cmd.Long} {
			if catalogue.Has(key + part) {
				*to = strings.TrimSpace(catalogue.Text(l, key+part, nil))
			}
		}
		cmd.InitDefaultHelpFlag()
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if key := flagKey(cmd, f); key != "" {
				f.Usage = catalogue.Text(l, key, nil)
			}
		})
	}
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		w := &lines{out: cmd.OutOrStdout(), l: l}
		w.help(cmd)
	})
}

// commands are a command and all below it.
func commands(cmd *cobra.Command) func(func(*cobra.Command) bool) {
	return func(yield func(*cobra.Command) bool) {
		all := []*cobra.Command{cmd}
		for len(all) > 0 {
			if !yield(all[0]) {
				return
			}
			all = append(all[1:], all[0].Commands()...)
		}
	}
}

// helpKey is where the words of a command begin: "help.validate.".
func helpKey(cmd *cobra.Command) string {
	_, below, _ := strings.Cut(cmd.CommandPath(), " ")
	if below == "" {
		below = cmd.Name()
	}
	return "help." + strings.ReplaceAll(below, " ", ".") + "."
}

// flagKey is where the words of a flag stand: of the command itself, or of all
// commands alike; "" when there are none.
func flagKey(cmd *cobra.Command, f *pflag.Flag) string {
	for _, key := range []string{helpKey(cmd) + "flag." + f.Name, "help.flag." + f.Name} {
		if catalogue.Has(key) {
			return key
		}
	}
	return ""
}

func (w *lines) help(cmd *cobra.Command) {
	w.text(cmp.Or(cmd.Long, cmd.Short))
	w.text("")
	w.say("help.usage", nil)
	for _, line := range useLines(w.l, cmd) {
		w.text("  " + line)
	}
	w.subcommands(cmd)
	w.flags("help.flags", cmd.LocalNonPersistentFlags(), cmd.PersistentFlags())
	w.flags("help.global-flags", cmd.InheritedFlags())
	if cmd.HasAvailableSubCommands() {
		w.text("")
		w.say("help.more", nil)
	}
}

// useLines are the ways to call a command: by itself, unless it is the program,
// which then only helps, and with a command below it.
func useLines(l catalogue.Lang, cmd *cobra.Command) []string {
	var ways []string
	if cmd.Runnable() && cmd.HasParent() {
		ways = append(ways, cmd.Parent().CommandPath()+" "+cmd.Use+" "+catalogue.Text(l, "help.options", nil))
	}
	if cmd.HasAvailableSubCommands() {
		ways = append(ways, cmd.CommandPath()+" "+catalogue.Text(l, "help.command", nil))
	}
	return ways
}

func (w *lines) subcommands(cmd *cobra.Command) {
	if !cmd.HasAvailableSubCommands() {
		return
	}
	w.text("")
	w.say("help.commands", nil)
	var rows [][2]string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			rows = append(rows, [2]string{c.Name(), c.Short})
		}
	}
	w.columns(rows)
}

func (w *lines) flags(heading string, sets ...*pflag.FlagSet) {
	var rows [][2]string
	for _, set := range sets {
		set.VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				rows = append(rows, w.flag(f))
			}
		})
	}
	if len(rows) == 0 {
		return
	}
	w.text("")
	w.say(heading, nil)
	w.columns(rows)
}

// flag is how a flag is written, and what it says.
func (w *lines) flag(f *pflag.Flag) [2]string {
	name, usage := "    --"+f.Name, f.Usage
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", --" + f.Name
	}
	if f.Value.Type() == "bool" {
		return [2]string{name, usage}
	}
	if !slices.Contains([]string{"", "0", "[]"}, f.DefValue) {
		usage += catalogue.Text(w.l, "help.default", diag.Args{"value": f.DefValue})
	}
	return [2]string{name + " " + catalogue.Text(w.l, "help.value", nil), usage}
}

func (w *lines) columns(rows [][2]string) {
	width := 0
	for _, row := range rows {
		width = max(width, runewidth.StringWidth(row[0]))
	}
	for _, row := range rows {
		w.text("  " + runewidth.FillRight(row[0], width) + "  " + row[1])
	}
}

// languageOf is the language of what is said before any policy is read: the
// one that --lang names, else DEALGATE_LANG, else the system's, else Chinese.
func languageOf(args []string) catalogue.Lang {
	for i, arg := range args {
		asked, ok := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			asked, ok = args[i+1], true
		}
		if l, err := catalogue.ParseLang(asked); ok && err == nil {
			return l
		}
	}
	return languageAround()
}

func languageAround() catalogue.Lang {
	if l, err := catalogue.ParseLang(os.Getenv("DEALGATE_LANG")); err == nil {
		return l
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		locale, _, _ := strings.Cut(os.Getenv(name), ".")
		switch {
		case locale == "" || locale == "C" || locale == "POSIX": // says nothing of people
		case strings.HasPrefix(locale, "zh"):
			return catalogue.ZH
		default:
			return catalogue.EN
		}
	}
	return catalogue.ZH
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 && about == cmd.Root() {
				return knownCommand(cmd.Root(), args)
			}
			return about.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, c := range cmd.Root().Commands() {
				if len(args) == 0 && c.IsAvailableCommand() {
					names = append(names, c.Name()+"\t"+c.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// shells are those whose completion can be written.
var shells = map[string]func(*cobra.Command, io.Writer) error{
	"bash":       func(root *cobra.Command, out io.Writer) error { return root.GenBashCompletionV2(out, true) },
	"zsh":        func(root *cobra.Command, out io.Writer) error { return root.GenZshCompletion(out) },
	"fish":       func(root *cobra.Command, out io.Writer) error { return root.GenFishCompletion(out, true) },
	"powershell": func(root *cobra.Command, out io.Writer) error { return root.GenPowerShellCompletionWithDesc(out) },
}

func newCompletion() *cobra.Command {
	names := []string{"bash", "fish", "powershell", "zsh"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Args:      arguments(1, 1),
		ValidArgs: names,
		RunE: func(cmd *cobra.Command, args []string) error {
			write := shells[args[0]]
			if write == nil {
				return &wordedError{"usage.shell", diag.Args{"value": args[0], "known": names}}
			}
			return write(cmd.Root(), cmd.OutOrStdout())
		},
	}
}
