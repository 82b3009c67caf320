package history

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// maxSmall bounds git's own little files: config, shallow, alternates.
const maxSmall = 4 << 20

// check refuses repositories of a form that cannot be read truthfully.
func (p place) check() error {
	text, err := readSmall(filepath.Join(p.commonDir, "config"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return unreadable(p.gitDir, err)
	}
	cfg := config.New()
	if err := config.NewDecoder(strings.NewReader(text)).Decode(cfg); err != nil {
		return unreadable(p.gitDir, err)
	}
	for _, o := range cfg.Section("extensions").Options {
		if err := checkExtension(strings.ToLower(o.Key), strings.ToLower(o.Value)); err != nil {
			return err
		}
	}
	for _, remote := range cfg.Section("remote").Subsections {
		if strings.EqualFold(remote.Option("promisor"), "true") {
			return fail("history.partial-clone")
		}
	}
	alternates, _ := readSmall(filepath.Join(p.commonDir, "objects", "info", "alternates"))
	if strings.TrimSpace(alternates) != "" {
		return fail("history.shared-clone", "dir", strings.TrimSpace(alternates))
	}
	return nil
}

func checkExtension(key, value string) error {
	switch key {
	case "noop", "noop-v1", "preciousobjects", "relativeworktrees":
		return nil
	case "objectformat":
		if value == "sha1" {
			return nil
		}
		return fail("history.sha256", "format", value)
	case "worktreeconfig":
		if value == "false" {
			return nil
		}
		return fail("history.worktree-config")
	case "partialclone":
		return fail("history.partial-clone")
	}
	return fail("history.extension", "name", key+" = "+value)
}

// shallow reads which commits stand at the edge of a shallow clone.
func (p place) shallow() (map[plumbing.Hash]bool, error) {
	text, err := readSmall(filepath.Join(p.commonDir, "shallow"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	edge := map[plumbing.Hash]bool{}
	for line := range strings.FieldsSeq(text) {
		if !plumbing.IsHash(line) {
			return nil, errors.New("the file shallow holds something else than hashes")
		}
		edge[plumbing.NewHash(line)] = true
	}
	return edge, nil
}

func readSmall(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b bytes.Buffer
	if n, err := io.Copy(&b, io.LimitReader(f, maxSmall+1)); err != nil || n > maxSmall {
		return "", errors.Join(err, errors.New(filepath.Base(name)+" is too large or cannot be read"))
	}
	return b.String(), nil
}
