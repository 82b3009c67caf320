package history

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/client"
	"github.com/go-git/go-git/v5/plumbing/transport/server"
)

// line is a connection to a repository in another folder, without a network or
// a git program. Like a real server it refuses to move a branch that no longer
// stands where the client saw it.
type line struct {
	transport.Transport
	dir    string
	before func()       // is called when a push arrives
	after  func() error // is called when a push was carried out
}

func (l *line) NewReceivePackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.ReceivePackSession, error) {
	s, err := l.Transport.NewReceivePackSession(ep, auth)
	return &receiving{s, l}, err
}

func (l *line) NewUploadPackSession(ep *transport.Endpoint, auth transport.AuthMethod) (transport.UploadPackSession, error) {
	s, err := l.Transport.NewUploadPackSession(ep, auth)
	return &sending{s, l}, err
}

// sending passes over what the client has and the server does not know, as
// real servers do.
type sending struct {
	transport.UploadPackSession
	line *line
}

func (s *sending) UploadPack(ctx context.Context, req *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	at, err := locate(s.line.dir)
	if err != nil {
		return nil, err
	}
	here := goStorage(at)
	req.Haves = slices.DeleteFunc(req.Haves, func(h plumbing.Hash) bool { return here.HasEncodedObject(h) != nil })
	return s.UploadPackSession.UploadPack(ctx, req)
}

type receiving struct {
	transport.ReceivePackSession
	line *line
}

func (r *receiving) ReceivePack(ctx context.Context, req *packp.ReferenceUpdateRequest) (*packp.ReportStatus, error) {
	r.line.before()
	at, err := locate(r.line.dir)
	if err != nil {
		return nil, err
	}
	for _, c := range req.Commands {
		if now, err := hashOf(goStorage(at), c.Name); err != nil || now != c.Old {
			return nil, errors.New("the branch has moved")
		}
	}
	status, err := r.ReceivePackSession.ReceivePack(ctx, req)
	if err == nil {
		err = r.line.after()
	}
	return status, err
}

type loader struct{ dir string }

func (l loader) Load(*transport.Endpoint) (s storer.Storer, err error) {
	at, err := locate(l.dir)
	return goStorage(at), err
}

// connect makes an origin and two clones of it.
func connect(t *testing.T) (origin string, l *line, clones [2]*Archive) {
	_, origin = onDisk(t, true)
	l = &line{Transport: server.NewServer(loader{origin}), dir: origin, before: func() {}, after: func() error { return nil }}
	scheme := "lab" + fmt.Sprint(len(client.Protocols))
	client.InstallProtocol(scheme, l)
	for i := range clones {
		a, _, dir := newArchive(t)
		r, err := git.PlainOpen(dir)
		must(t, err)
		_, err = r.CreateRemote(&config.RemoteConfig{Name: "origin", URLs: []string{scheme + "://host/deals"}})
		must(t, err)
		clones[i] = a
	}
	return origin, l, clones
}

func publish(t *testing.T, a *Archive) {
	t.Helper()
	must(t, a.Publish(t.Context(), "origin", Access{}, archived))
}

func atOrigin(t *testing.T, dir string) string {
	t.Helper()
	a, err := OpenArchive(dir, "approvals")
	must(t, err)
	return holds(t, a, 0)
}

func TestPublishBringsClonesTogether(t *testing.T) {
	origin, _, clones := connect(t)
	add(t, clones[0], "s/a.json", "1", "s/both.json", "first", "s/both.json.sig", "1")
	add(t, clones[1], "s/b.json", "2", "s/both.json", "second", "s/both.json.sig", "2")
	publish(t, clones[0])
	publish(t, clones[1])
	publish(t, clones[0])
	want := "s/a.json=1 s/b.json=2 s/both.json=first s/both.json.sig=1"
	for i, got := range []string{atOrigin(t, origin), holds(t, clones[0], 0), holds(t, clones[1], 0)} {
		if got != want {
			t.Errorf("%d holds %s\nwant    %s", i, got, want)
		}
	}
}

func TestAPushThatComesTooLateIsMadeAgain(t *testing.T) {
	origin, l, clones := connect(t)
	add(t, clones[0], "s/a.json", "1")
	n := 0
	l.before = func() {
		if n++; n == 1 { // somebody is faster
			o, err := OpenArchive(origin, "approvals")
			must(t, err)
			add(t, o, "s/faster.json", "f")
		}
	}
	publish(t, clones[0])
	if s := atOrigin(t, origin); s != "s/a.json=1 s/faster.json=f" {
		t.Errorf("the origin holds %s", s)
	}
	if n != 2 {
		t.Errorf("%d pushes, want 2", n)
	}
}

// The answer to a push may be lost although it was carried out.
func TestALostAnswerLosesNothing(t *testing.T) {
	origin, l, clones := connect(t)
	add(t, clones[0], "s/a.json", "1")
	n := 0
	l.after = func() error {
		if n++; n == 1 {
			return errInjected
		}
		return nil
	}
	publish(t, clones[0])
	if s := atOrigin(t, origin); s != "s/a.json=1" {
		t.Errorf("the origin holds %s", s)
	}
}

func TestAPushThatFailsKeepsWhatIsHere(t *testing.T) {
	_, _, clones := connect(t)
	add(t, clones[0], "s/a.json", "1")
	r, err := git.PlainOpen(clones[0].at.gitDir)
	must(t, err)
	must(t, r.DeleteRemote("origin"))
	err = clones[0].Publish(t.Context(), "origin", Access{}, archived)
	wantKey(t, err, "archive.no-remote")
	_, err = r.CreateRemote(&config.RemoteConfig{Name: "origin", URLs: []string{"nowhere://host/deals"}})
	must(t, err)
	wantKey(t, clones[0].Publish(t.Context(), "origin", Access{}, archived), "archive.push")
	if s := holds(t, clones[0], 0); s != "s/a.json=1" {
		t.Errorf("the clone holds %s", s)
	}
}

// Where nothing was stated yet there is nothing to bring together.
func TestNothingIsPublishedOfNothing(t *testing.T) {
	origin, _, clones := connect(t)
	publish(t, clones[0])
	if s := atOrigin(t, origin); s != "" {
		t.Errorf("the origin holds %s", s)
	}
	must(t, clones[0].Fetch(t.Context(), "origin", Access{}))
	add(t, clones[1], "s/a.json", "1")
	publish(t, clones[1])
	must(t, clones[0].Fetch(t.Context(), "origin", Access{}))
	if s := holds(t, clones[0], 0); s != "s/a.json=1" {
		t.Errorf("after fetching, the clone sees %s", s)
	}
}

// A branch at the remote whose name begins with that of the archive is named:
// git could not keep both.
func TestABranchBelowTheNameAtTheRemote(t *testing.T) {
	origin, _, clones := connect(t)
	r, err := git.PlainOpen(origin)
	must(t, err)
	lab := newLab(t, r.Storer)
	must(t, r.Storer.SetReference(plumbing.NewHashReference("refs/heads/approvals/x", plumbing.NewHash(lab.commit(files{"a": "1"})))))
	add(t, clones[0], "s/a.json", "1")
	wantKey(t, clones[0].Publish(t.Context(), "origin", Access{}, archived), "archive.branch-below")
}
