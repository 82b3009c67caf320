package forge

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	maxComment     = 60000 // characters; GitHub takes 65536
	maxDescription = 140   // characters of a status that GitHub takes
)

var hash = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)

// commitOf returns a commit's hash, or nothing for what is none: a commit that
// is not known matches no digest.
func commitOf(s string) string {
	if s = strings.ToLower(s); hash.MatchString(s) {
		return s
	}
	return ""
}

func checkCommit(commit string) error {
	if commitOf(commit) == "" {
		return fail("forge.bad-commit", "commit", clip(commit, 80))
	}
	return nil
}

func checkNumber(number int) error {
	if number <= 0 {
		return fail("forge.bad-number", "number", number)
	}
	return nil
}

// Description is what a status keeps of its description.
func Description(s string) string { return clip(s, maxDescription) }

func checkStatus(commit, state string) error {
	if !slices.Contains([]string{StatusPending, StatusSuccess, StatusFailure, StatusError}, state) {
		return fail("forge.bad-state", "state", clip(state, 80))
	}
	return checkCommit(commit)
}

// checkHead allows "" beside a commit: the heads of all pull requests.
func checkHead(commit string) error {
	if commit == "" {
		return nil
	}
	return checkCommit(commit)
}

// ofHead leaves the pull requests whose head is this commit; "" leaves all.
func ofHead(pulls []PullRequest, commit string) []PullRequest {
	return slices.DeleteFunc(pulls, func(pr PullRequest) bool { return commit != "" && pr.HeadCommit != commitOf(commit) })
}

// checkPull refuses a pull request without which nothing can be judged.
func checkPull(asked string, number int, pr PullRequest) error {
	switch {
	case pr.Number != number:
		return odd(asked, "forge.reason.other-pull-request")
	case pr.BaseRef == "" || pr.HeadCommit == "":
		return odd(asked, "forge.reason.no-head")
	case pr.Merged && pr.MergeCommit == "":
		return odd(asked, "forge.reason.no-merge-commit")
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// inOrder sorts reviews by when they were submitted; drafts have not been.
// Those of one second go by their ids, which every forge counts upwards: the
// order of a list may be anybody's.
func inOrder(reviews []Review) []Review {
	slices.SortStableFunc(reviews, func(a, b Review) int {
		byID := cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
		if a.Submitted.IsZero() || b.Submitted.IsZero() {
			return cmp.Or(cmp.Compare(b.Submitted.Unix(), a.Submitted.Unix()), byID)
		}
		return cmp.Or(a.Submitted.Compare(b.Submitted), byID)
	})
	return reviews
}

// theOne returns the only pull request of a list, nil of an empty one.
func theOne(commit string, landed []PullRequest) (*PullRequest, error) {
	switch len(landed) {
	case 0:
		return nil, nil
	case 1:
		return &landed[0], nil
	}
	var urls []string
	for _, pr := range landed {
		urls = append(urls, pr.URL)
	}
	return nil, fail("forge.landed-twice", "commit", commit, "pulls", urls)
}

// withMarker puts the marker on the comment's first line, where it is looked
// for.
func withMarker(marker, body string) (string, error) {
	if strings.TrimSpace(marker) == "" || strings.ContainsAny(marker, "\r\n") {
		return "", fail("forge.bad-marker")
	}
	if !bears(body, marker) {
		body = marker + "\n" + body
	}
	if size := len([]rune(body)); size > maxComment {
		return "", fail("forge.long-comment", "size", size, "limit", maxComment)
	}
	return body, nil
}

func bears(body, marker string) bool {
	first, _, _ := strings.Cut(body, "\n")
	return strings.TrimSuffix(first, "\r") == marker
}

// note is a comment on a pull request.
type note struct {
	id     int64
	author Account
	body   string
}

// ours finds the oldest comment of our own that bears the marker. Somebody
// else's would stay in his hands, so it is left alone. Where the token does
// not tell whose it is, as that of a workflow, we are a bot.
func ours(notes []note, marker string, me Account) *note {
	for i, n := range notes {
		mine := n.author.Bot && !me.Known() || me.Known() && n.author.ID == me.ID
		if mine && bears(n.body, marker) {
			return &notes[i]
		}
	}
	return nil
}
