package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/validate/history"
)

// Exit codes of every command.
const (
	exitClean    = 0
	exitFindings = 1
	exitFailed   = 2
)

// errFindings ends a command that has already shown its findings.
var errFindings = errors.New("there are findings")

func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	schema.Table() // enters every name into the catalogue
	root := newRoot()
	speak(root, languageOf(args))
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitClean
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintln(stderr, "dealgate:", oneLine(words(langOf(root), err)))
	return exitFailed
}

// worded is an error whose words stand in the catalogue.
type worded interface {
	error
	In(catalogue.Lang) string
}

func words(l catalogue.Lang, err error) string {
	if w, ok := errors.AsType[*history.Error](err); ok {
		return w.In(l)
	}
	var w worded
	if errors.As(err, &w) || errors.As(ofSystem(err), &w) {
		return w.In(l)
	}
	return err.Error()
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "dealgate",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().String("lang", "", "")
	root.AddCommand(newValidate(), newRender(), newServe(), newStatus(), newNew(), newExplain(), newDemo(), newVersion(),
		newInit(), newCodeowners(), newDoctor(), newPulls())
	root.AddCommand(newGate())
	root.AddCommand(newAttest(), newAudit())
	root.AddCommand(newClose(), withDifference(newBonus()))
	root.SetHelpCommand(newHelp())
	root.InitDefaultHelpCmd()
	root.AddCommand(newCompletion())
	root.CompletionOptions.DisableDefaultCmd = true
	return root
}

// langOf is the language asked for, else that of the person's system; commands
// that know the policy refine it.
func langOf(cmd *cobra.Command) catalogue.Lang {
	if flag := cmd.Flag("lang"); flag != nil && flag.Value.String() != "" {
		if l, err := catalogue.ParseLang(flag.Value.String()); err == nil {
			return l
		}
	}
	return languageAround()
}
