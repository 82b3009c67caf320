package forge

import (
	"context"
	"io"
	"os"
	"slices"
	"sync"
)

// File is a repository as a JSON file tells it, described by
// schema/json/reviews.schema.json: for a dry run and for tests. What it is
// told it keeps in memory; the file is never written.
type File struct {
	host    string
	pulls   []PullRequest
	reviews map[int][]Review

	mu       sync.Mutex
	comments map[int][]string
	statuses []Status
}

// Status is a commit status that a File was told.
type Status struct{ Commit, Context, State, Description, URL string }

const maxFile = 16 << 20 // bytes

// openFile takes the path of the file for the address.
func openFile(c Config) (Forge, error) {
	f, err := os.Open(c.BaseURL)
	if err != nil {
		return nil, fail("forge.file-unreadable", "file", c.BaseURL)
	}
	defer closeBody(f)
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fail("forge.file-unreadable", "file", c.BaseURL)
	}
	return ReadFile(c.BaseURL, data)
}

// ReadFile reads the contents of a file; its name is for messages.
func ReadFile(name string, data []byte) (*File, error) {
	r := &reader{file: name}
	f := r.read(data)
	if r.err != nil {
		return nil, r.err
	}
	return f, nil
}

// Name implements Forge.
func (f *File) Name() string { return "file" }

// Host implements Forge.
func (f *File) Host() string { return f.host }

// PullRequest implements Forge.
func (f *File) PullRequest(ctx context.Context, number int) (PullRequest, error) {
	if ctx.Err() != nil {
		return PullRequest{}, cancelled("file", ctx.Err())
	}
	for _, pr := range f.pulls {
		if pr.Number == number {
			return pr, nil
		}
	}
	return PullRequest{}, fail("forge.file-no-pull-request", "number", number)
}

// Reviews implements Forge.
func (f *File) Reviews(ctx context.Context, number int) ([]Review, error) {
	if _, err := f.PullRequest(ctx, number); err != nil {
		return nil, err
	}
	return append([]Review(nil), f.reviews[number]...), nil
}

// Landed implements Forge.
func (f *File) Landed(ctx context.Context, commit string) (*PullRequest, error) {
	if ctx.Err() != nil {
		return nil, cancelled("file", ctx.Err())
	}
	if err := checkCommit(commit); err != nil {
		return nil, err
	}
	return theOne(commit, slices.DeleteFunc(slices.Clone(f.pulls), func(pr PullRequest) bool { return pr.MergeCommit != commitOf(commit) }))
}

// Open implements Forge.
func (f *File) Open(ctx context.Context, headCommit string) ([]PullRequest, error) {
	if ctx.Err() != nil {
		return nil, cancelled("file", ctx.Err())
	}
	if err := checkHead(headCommit); err != nil {
		return nil, err
	}
	open := slices.DeleteFunc(slices.Clone(f.pulls), func(pr PullRequest) bool { return pr.Closed })
	return ofHead(open, headCommit), nil
}

// Comment implements Forge.
func (f *File) Comment(ctx context.Context, number int, marker, body string) error {
	if _, err := f.PullRequest(ctx, number); err != nil {
		return err
	}
	body, err := withMarker(marker, body)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, old := range f.comments[number] {
		if bears(old, marker) {
			f.comments[number][i] = body
			return nil
		}
	}
	f.comments[number] = append(f.comments[number], body)
	return nil
}

// Status implements Forge.
func (f *File) Status(ctx context.Context, commit, context, state, description, url string) error {
	if ctx.Err() != nil {
		return cancelled("file", ctx.Err())
	}
	if err := checkStatus(commit, state); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.statuses = append(f.statuses, Status{commitOf(commit), context, state, Description(description), url})
	return nil
}

// Stated implements Forge.
func (f *File) Stated(ctx context.Context, commit, context string) (state, description string, err error) {
	if ctx.Err() != nil {
		return "", "", cancelled("file", ctx.Err())
	}
	for _, s := range f.Statuses() {
		if s.Commit == commitOf(commit) && s.Context == context {
			state, description = s.State, s.Description
		}
	}
	return state, description, checkCommit(commit)
}

// Comments returns the comments that a pull request was given.
func (f *File) Comments(number int) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.comments[number]...)
}

// Statuses returns the statuses that commits were given, in order.
func (f *File) Statuses() []Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Status(nil), f.statuses...)
}
