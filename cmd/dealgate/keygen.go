package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/setup"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/signers"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/fold"
)

const (
	landingKey = "landing" // by this name allowed_signers knows the key of the landing workflow
	reserveKey = "reserve" // and by this one that which is kept offline

	keyMonths     = 24 // for which a key is allowed unless another end is asked for
	reserveMonths = 120
)

func newKeygen() *cobra.Command {
	var from, to string
	var reserve bool
	cmd := &cobra.Command{
		Use:  "keygen FILE [PATH]",
		Args: arguments(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runKeygen(cmd, args[0], folderOf(args[1:]), from, to, reserve)
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "")
	cmd.Flags().StringVar(&to, "to", "", "")
	cmd.Flags().BoolVar(&reserve, "reserve", false, "")
	return cmd
}

// runKeygen makes the key of the landing workflow and lets it sign.
func runKeygen(cmd *cobra.Command, file, dir, from, to string, reserve bool) error {
	w, err := openWorkspace(dir)
	if err != nil {
		return err
	}
	policy := policyOf(w.guarded)
	l, err := lang(cmd, policy)
	if err != nil {
		return err
	}
	term := term{name: landingKey, months: keyMonths}
	if reserve {
		term.name, term.months = reserveKey, reserveMonths
	}
	if err := term.read(from, to, value.DayOf(time.Now().In(zone(policy)))); err != nil {
		return err
	}
	landed, err := w.landedKeys(policy, time.Now())
	if err != nil {
		return err
	}
	key, err := newKey(file, w.dir)
	if err != nil {
		return err
	}
	line := term.line(key)
	if err := allow(w.dir, line); err != nil {
		return err
	}
	out := &lines{out: cmd.OutOrStdout(), l: l}
	switch {
	case reserve:
		out.reserve(file, term)
		out.say("setup.key.reserve.commit", diag.Args{"file": fold.SignersPath})
	case landed.now:
		out.successor(file, term)
	case landed.reserve:
		out.rescue(file, term)
	default:
		out.key(file, term)
		out.say("setup.key.commit", diag.Args{"file": fold.SignersPath})
	}
	return out.err
}

// landedKeys looks up which keys may sign for the next one: those of the last
// commit. What is not committed yet goes along with the first push. Where every
// key has ended, a further one could never be proven, and none is made.
func (w *workspace) landedKeys(policy *fact.Policy, now time.Time) (signing, error) {
	if w.repo == nil || policy == nil {
		return signing{}, nil
	}
	head, err := w.repo.Head()
	if noCommits(err) {
		return signing{}, nil
	}
	if err != nil {
		return signing{}, err
	}
	tree, err := w.repo.FS(head.Hash)
	if err != nil {
		return signing{}, err
	}
	s := signingOf(tree, policy, now)
	if all, _ := fold.ReadSigners(tree, policy); s.asked && signers.Ended(all, attest.Namespace, now) {
		return s, &wordedError{"setup.key.ended", diag.Args{"list": fold.SignersPath}}
	}
	return s, nil
}

// term is by which name, and from when to when, a key may sign.
type term struct {
	name     string
	months   int // where no end is asked for
	from, to value.Day
}

func (t term) line(key ssh.PublicKey) string {
	return signers.Line(t.name, key, attest.Namespace, t.from, t.to) + "\n"
}

// read reads the days asked for; from today when nothing was said.
func (t *term) read(from, to string, today value.Day) (err error) {
	t.from = today
	if from != "" {
		if t.from, err = parseDay(from); err != nil {
			return err
		}
	}
	t.to = t.from.AddMonths(t.months)
	if to != "" {
		if t.to, err = parseDay(to); err != nil {
			return err
		}
	}
	if t.to < t.from {
		return &wordedError{"setup.key.term", diag.Args{"from": t.from, "to": t.to}}
	}
	return nil
}

// key tells where the private key is and what to do with it.
func (w *lines) key(file string, t term) {
	w.say("setup.key.written", diag.Args{"file": file, "secret": signingKey})
	w.say("setup.key.allowed", diag.Args{"file": fold.SignersPath, "from": t.from, "to": t.to})
}

// successor tells what to do with a key while another one counts: that one signs
// until the pull request that brings this one is stated.
func (w *lines) successor(file string, t term) {
	args := diag.Args{"file": file, "list": fold.SignersPath, "secret": signingKey, "from": t.from, "to": t.to}
	for _, key := range []string{"made", "land", "secret", "reserve"} {
		w.say("setup.key.next."+key, args)
	}
}

// reserve tells what a key is for that no workflow has.
func (w *lines) reserve(file string, t term) {
	w.say("setup.key.reserve.written", diag.Args{"file": file, "list": fold.SignersPath, "secret": signingKey, "from": t.from, "to": t.to})
}

// rescue tells what to do where the reserve alone may sign.
func (w *lines) rescue(file string, t term) {
	args := diag.Args{"file": file, "list": fold.SignersPath, "secret": signingKey, "from": t.from, "to": t.to}
	for _, key := range []string{"made", "secret", "land", "change"} {
		w.say("setup.key.rescue."+key, args)
	}
}

// newKey writes a new private key, which nobody else may read, to a file that
// does not exist yet and lies outside the repository.
func newKey(file, repository string) (ssh.PublicKey, error) {
	if within(file, repository) {
		return nil, &wordedError{"setup.key.inside", diag.Args{"file": file}}
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	block, err := ssh.MarshalPrivateKey(private, "dealgate")
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, &wordedError{"setup.key.exists", diag.Args{"file": file}}
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return nil, &wordedError{"setup.key.unwritable", diag.Args{"file": file, "reason": failed.Err}}
	}
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(pem.EncodeToMemory(block)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	return ssh.NewPublicKey(public)
}

// allow adds a line to the allowed signers. Those before it stay: what they
// signed must be checked for ever.
func allow(dir, line string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	data, err := root.ReadFile(filepath.FromSlash(fold.SignersPath))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(data) > 0 && data[len(data)-1] != '\n' {
		data = append(data, '\n')
	}
	return writeFiles(dir, []setup.File{{Path: fold.SignersPath, Data: append(data, line...)}})
}
