package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/serve"
	"github.com/dealgate/dealgate/render/output"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/validate/fold"
)

func newServe() *cobra.Command {
	s := &session{port: 8400}
	cmd := &cobra.Command{
		Use:  "serve [PATH]",
		Args: arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s.dir = "."
			if len(args) == 1 {
				s.dir = args[0]
			}
			return s.serve(cmd)
		},
	}
	cmd.Flags().StringVar(&s.out, "out", "", "")
	cmd.Flags().StringVar(&s.asOf, "as-of", "", "")
	cmd.Flags().IntVar(&s.port, "port", s.port, "")
	return cmd
}

// session renders one company again and again.
type session struct {
	dir, out, asOf string
	port           int

	last    *rendering // the last one that came to its end
	kept    *kept
	changed []string // paths below deals/ since the last one; nil: anything may have
}

func (s *session) serve(cmd *cobra.Command) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(mostRender))
	w, err := openWorkspace(s.dir)
	if err != nil {
		return err
	}
	named := s.out != ""
	if s.out, err = w.destination(s.out); err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)))
	if err != nil {
		return &wordedError{"serve.port", diag.Args{"port": s.port, "reason": err.Error()}}
	}
	defer l.Close()
	dir := filepath.Join(s.out, "site")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return output.Unwritten(dir, err)
	}
	if err := keepFromGit(s.out, named); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	site := serve.New(root.FS())
	site.Update(s.render(cmd))
	say := func(key string, args diag.Args) {
		(&lines{out: cmd.OutOrStdout(), l: langOf(cmd)}).say(key, args)
	}
	say("serve.at", diag.Args{"address": "http://" + l.Addr().String() + "/"})
	return s.listen(cmd, w, l, site)
}

// listen answers browsers and renders what changes, until somebody ends it.
func (s *session) listen(cmd *cobra.Command, w *workspace, l net.Listener, site *serve.Site) error {
	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	server := &http.Server{
		Handler: site, ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() {
		defer stop()
		ended <- server.Serve(l)
	}()
	git := filepath.Join(w.dir, ".git")
	err := serve.Watch(ctx, []string{filepath.Join(w.dir, fold.Root)}, []string{git, filepath.Join(git, "refs", "heads")}, func(paths []string) {
		s.note(w, paths)
		site.Update(s.render(cmd))
	})
	stop()
	_ = server.Close()
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	s.kept.save()
	return err
}

// render brings the pages up to date. What keeps it from doing so is returned
// in words, and said on the terminal too: whoever edits a file mends it there.
func (s *session) render(cmd *cobra.Command) (problem string) {
	var said bytes.Buffer
	cmd.SetErr(io.MultiWriter(os.Stderr, &said))
	err := s.again(cmd)
	cmd.SetErr(nil)
	if err == nil || errors.Is(err, errFindings) {
		return ""
	}
	fmt.Fprintln(&said, oneLine(words(langOf(cmd), err)))
	fmt.Fprintln(os.Stderr, "dealgate:", oneLine(words(langOf(cmd), err)))
	return said.String()
}

// note remembers what has changed, by its path on the disk. Of what lies beside
// deals/ the next rendering sees for itself whether it is another.
func (s *session) note(w *workspace, paths []string) {
	if paths == nil || s.changed == nil {
		s.changed = nil
		return
	}
	for _, path := range paths {
		rel, err := filepath.Rel(w.dir, path)
		if rel = filepath.ToSlash(rel); err == nil && (rel == fold.Root || strings.HasPrefix(rel, fold.Root+"/")) {
			s.changed = append(s.changed, rel)
		}
	}
}

func (s *session) again(cmd *cobra.Command) error {
	r, err := prepareAgain(cmd, s.dir, s.asOf, s.last, s.changed)
	if err != nil {
		return err
	}
	if s.kept == nil {
		s.kept = &kept{dir: filepath.Join(s.out, "site")}
	}
	r.kept = s.kept
	to, err := output.Open(filepath.Join(s.out, "site"))
	if err != nil {
		return err
	}
	defer to.Release()
	if err := r.writeSite(cmd.Context(), to); err != nil {
		return err
	}
	s.last, s.changed = r, []string{}
	showFindings(cmd.OutOrStdout(), r)
	w := &lines{out: cmd.OutOrStdout(), l: r.lang}
	w.say("serve.rendered", diag.Args{"files": to.Files(), "written": to.Written()})
	return w.err
}
