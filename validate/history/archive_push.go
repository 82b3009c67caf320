package history

import (
	"context"
	"errors"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/storage"
	"github.com/go-git/go-git/v5/storage/filesystem"
)

// pushes bounds how often a push that comes too late is made again.
const pushes = 20

// Publish brings the branch here and at a remote together: it fetches, adds
// what the remote has, and pushes without force. When somebody else was
// faster it begins again.
func (a *Archive) Publish(ctx context.Context, remote string, by Access, note Note) error {
	p := &publisher{archive: a, at: a.at, remote: remote, by: by, note: note}
	for range pushes {
		again, err := p.once(ctx)
		if err != nil {
			return p.explain(err)
		}
		if !again {
			return nil
		}
	}
	return fail("archive.busy", "branch", a.branch)
}

// Fetch learns how a remote has the branch, without changing it here.
func (a *Archive) Fetch(ctx context.Context, remote string, by Access) error {
	p := &publisher{archive: a, at: a.at, remote: remote, by: by}
	s := goStorage(p.at)
	defer s.Close()
	r, auth, err := p.dial(s)
	if err == nil {
		err = p.fetch(ctx, r, auth)
	}
	if err != nil {
		return p.explain(err)
	}
	return nil
}

type publisher struct {
	archive *Archive
	at      place
	remote  string
	by      Access
	note    Note
}

// once reports that it has to be done again.
func (p *publisher) once(ctx context.Context) (bool, error) {
	s := goStorage(p.at)
	defer s.Close()
	remote, auth, err := p.dial(s)
	if err != nil {
		return false, err
	}
	if err := p.fetch(ctx, remote, auth); err != nil {
		return false, err
	}
	if _, err := p.archive.retry(func(w *archivist) (bool, error) { return w.add(plumbing.ZeroHash, p.note) }); err != nil {
		return false, err
	}
	spec := config.RefSpec(headOf(p.archive.branch) + ":" + headOf(p.archive.branch))
	err = remote.PushContext(ctx, &git.PushOptions{RemoteName: p.remote, RefSpecs: []config.RefSpec{spec}, Auth: auth})
	switch {
	case err == nil:
		return false, p.fetch(ctx, remote, auth) // it is known here that it is there
	case errors.Is(err, git.NoErrAlreadyUpToDate):
		return false, nil
	}
	// A push that was refused is told from one that failed by looking again.
	moved, lookErr := p.moved(ctx, remote, auth)
	if below, ok := errors.AsType[*Error](lookErr); ok {
		return false, below
	}
	if lookErr != nil || !moved {
		return false, err
	}
	return true, nil
}

func (p *publisher) dial(s *filesystem.Storage) (*git.Remote, transport.AuthMethod, error) {
	cfg, err := s.Config()
	if err != nil {
		return nil, nil, err
	}
	r, ok := cfg.Remotes[p.remote]
	if !ok || len(r.URLs) == 0 {
		return nil, nil, fail("archive.no-remote", "remote", p.remote)
	}
	return git.NewRemote(s, r), p.by.auth(r.URLs[0]), nil
}

func (p *publisher) tracking() plumbing.ReferenceName {
	return plumbing.NewRemoteReferenceName(p.remote, p.archive.branch)
}

// fetch learns where the remote has the branch; it may not have it yet.
func (p *publisher) fetch(ctx context.Context, remote *git.Remote, auth transport.AuthMethod) error {
	spec := config.RefSpec("+" + headOf(p.archive.branch) + ":" + p.tracking())
	err := remote.FetchContext(ctx, &git.FetchOptions{RemoteName: p.remote, RefSpecs: []config.RefSpec{spec}, Auth: auth, Tags: git.NoTags})
	var missing git.NoMatchingRefSpecError
	switch {
	case errors.Is(err, git.NoErrAlreadyUpToDate), errors.Is(err, transport.ErrEmptyRemoteRepository), errors.As(err, &missing):
		return nil
	}
	return err
}

// moved reports that the remote has the branch elsewhere than was last seen, or
// says that it cannot have it.
func (p *publisher) moved(ctx context.Context, remote *git.Remote, auth transport.AuthMethod) (bool, error) {
	refs, err := remote.ListContext(ctx, &git.ListOptions{Auth: auth})
	if err != nil && !errors.Is(err, transport.ErrEmptyRemoteRepository) {
		return false, err
	}
	var now plumbing.Hash
	var below []string
	for _, ref := range refs {
		if ref.Name() == headOf(p.archive.branch) {
			now = ref.Hash()
		}
		if strings.HasPrefix(ref.Name().String(), headOf(p.archive.branch).String()+"/") {
			below = append(below, ref.Name().Short())
		}
	}
	if len(below) > 0 {
		return false, inTheWay(p.archive.branch, p.remote, below)
	}
	s := goStorage(p.at)
	defer s.Close()
	seen, err := hashOf(s, p.tracking())
	return now != seen, err
}

func hashOf(s storage.Storer, name plumbing.ReferenceName) (plumbing.Hash, error) {
	ref, err := s.Reference(name)
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return plumbing.ZeroHash, nil
	}
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return ref.Hash(), nil
}

func (p *publisher) explain(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return fail("archive.push", "remote", p.remote, "branch", p.archive.branch, "reason", err.Error())
}
