// Package attest keeps proof of what was approved. Of every landed change it
// makes an in-toto Statement, signed by a key of the landing workflow, that
// anybody with a clone can hold against the history years later, offline.
//
// The types are dealgate's own: the Go module of in-toto brings the protobuf
// runtime, whose JSON is not the same from one version to the next, for four
// fields.
package attest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// What statements are told apart by.
const (
	StatementType  = "https://in-toto.io/Statement/v1"
	ChangeType     = "https://github.com/dealgate/dealgate/landed-change/v1"
	CheckpointType = "https://github.com/dealgate/dealgate/checkpoint/v1"
)

// Names of digests in subjects: git's own, as in-toto names them, and those of
// dealgate.
const (
	gitTree      = "gitTree"
	gitCommit    = "gitCommit"
	deltaDigest  = "dealgate-delta-v1"
	landedDigest = "dealgate-landed-v1"
)

// Names of subjects that are no scope.
const (
	treeSubject = "tree"
	lineSubject = "line"
)

// Statement says something about its subjects.
type Statement[P any] struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     P         `json:"predicate"`
}

// Subject is what a statement is about: the tree that landed, and each scope
// by the digest of its delta.
type Subject struct {
	Name   string            `json:"name"`
	Digest map[string]string `json:"digest"`
}

// Change tells of one landed change: what it did, and whose approval it had.
type Change struct {
	Repository  string       `json:"repository"` // id, from policy
	Commit      string       `json:"commit"`
	Parent      string       `json:"parent"` // where the target stood before
	Landed      time.Time    `json:"landed"`
	Rules       Rules        `json:"rules"`
	PullRequest *PullRequest `json:"pullRequest,omitempty"`
	Commits     []Commit     `json:"commits"`
	Facts       []Fact       `json:"facts"`
	Others      []File       `json:"others"` // registries, headers, and what was changed in place
	Evidence    []File       `json:"evidence"`
	Approvals   []Approval   `json:"approvals"`
	Version     string       `json:"version"` // of dealgate
}

// Rules are the blobs that the change was judged by: those of its parent.
type Rules struct {
	Policy  string `json:"policy"`
	Roster  string `json:"roster"`
	Signers string `json:"signers,omitempty"`
}

// PullRequest is what proposed the change.
type PullRequest struct {
	Number int     `json:"number"`
	URL    string  `json:"url,omitempty"`
	Title  string  `json:"title,omitempty"`
	Author Account `json:"author"`
	Base   string  `json:"base"` // branch
	Head   string  `json:"head"` // commit
	// Retargeted is when it was last aimed at another branch: what was
	// approved before counts no more.
	Retargeted time.Time `json:"retargeted,omitzero"`
	// Merged is when it landed, by the forge's clock: what was only
	// fast-forwarded to bears an older date. Zero where the forge did not tell.
	Merged time.Time `json:"merged,omitzero"`
}

// Account is somebody on a forge.
type Account struct {
	Host  string `json:"host"`
	ID    int64  `json:"id"`
	Login string `json:"login"`
}

// Commit is one commit of the change.
type Commit struct {
	Hash       string     `json:"hash"`
	When       time.Time  `json:"when"`
	Author     Identity   `json:"author"`
	Committer  Identity   `json:"committer"`
	CoAuthors  []Identity `json:"coAuthors,omitempty"`
	CleanMerge bool       `json:"cleanMerge,omitempty"`
}

// Identity is a name and mail address as a commit bears them.
type Identity struct {
	Name string `json:"name"`
	Mail string `json:"mail"`
}

// Fact is a fact file that the change added, with the row that it took.
type Fact struct {
	Path string `json:"path"`
	Blob string `json:"blob"`
	Step string `json:"step"`
	Row  string `json:"row,omitempty"`
}

// File is any other file; no blob means that it was deleted.
type File struct {
	Path string `json:"path"`
	Blob string `json:"blob,omitempty"`
}

// Approval is one approval that counted.
type Approval struct {
	Fact      string    `json:"fact,omitempty"`
	Scope     string    `json:"scope"`
	Role      string    `json:"role"`
	Aspect    string    `json:"aspect,omitempty"`
	Person    string    `json:"person"` // id in the roster
	Name      string    `json:"name"`
	Account   Account   `json:"account"`
	Review    string    `json:"review"` // id on the forge
	Commit    string    `json:"commit"` // as the reviewer saw it
	At        time.Time `json:"at"`
	Text      string    `json:"text,omitempty"`
	Delegated bool      `json:"delegated,omitempty"`
}

// Bounds of what is read.
const (
	maxStatement  = 16 << 20
	maxCheckpoint = 60 << 20
)

var (
	errTooLarge     = errors.New("it is too large")
	errNotCanonical = errors.New("it is not written in the one form that dealgate writes")
	errOtherType    = errors.New("it is a statement of another type")
)

// Encode writes a statement in its one form: fixed order of keys, two blanks
// of indentation, UTF-8, a line end.
func Encode[P any](s Statement[P]) ([]byte, error) {
	data, err := encode(s)
	if err != nil {
		return nil, err
	}
	// Reading back replaces what is no UTF-8, so that the form stays the same
	// however often a statement is read and written.
	var again Statement[P]
	if err := json.Unmarshal(data, &again); err != nil {
		return nil, err
	}
	return encode(again)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// decode reads a statement of one type and refuses everything that Encode
// would not have written: unknown and repeated keys, another order.
func decode[P any](data []byte, kind string, most int) (Statement[P], error) {
	var s Statement[P]
	if len(data) > most {
		return s, errTooLarge
	}
	if s, ok := canonical[P](data); ok && s.Type == StatementType && s.PredicateType == kind {
		return s, nil
	}
	return decodeAny[P](data, kind)
}

// decodeAny decodes a statement in whatever way JSON can be written, and says
// what is wrong with it.
func decodeAny[P any](data []byte, kind string) (Statement[P], error) {
	var s Statement[P]
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, err
	}
	if _, err := d.Token(); err != io.EOF {
		return s, errNotCanonical
	}
	if s.Type != StatementType || s.PredicateType != kind {
		return s, errOtherType
	}
	again, err := encode(s)
	if err == nil && !bytes.Equal(again, data) {
		err = errNotCanonical
	}
	return s, err
}

// DecodeChange reads the statement of a landed change.
func DecodeChange(data []byte) (Statement[Change], error) {
	return decode[Change](data, ChangeType, maxStatement)
}

// DecodeCheckpoint reads a checkpoint.
func DecodeCheckpoint(data []byte) (Statement[Checkpoint], error) {
	return decode[Checkpoint](data, CheckpointType, maxCheckpoint)
}
