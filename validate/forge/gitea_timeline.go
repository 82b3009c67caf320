package forge

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"code.gitea.io/sdk/gitea"
)

// happening is an entry of a pull request's timeline.
type happening struct {
	ID      int64     `json:"id"`
	Type    string    `json:"type"`
	Review  int64     `json:"review_id"`
	Created time.Time `json:"created_at"`
}

// timeline reads everything that happened to a pull request. Asked without a
// page, Gitea gives the whole of it, and counts what it gives.
func (g *giteaForge) timeline(ctx context.Context, number int) ([]happening, error) {
	var events []happening
	var body []byte
	var count string
	asked := g.asked("/issues/%d/timeline", number)
	err := g.call(keep(ctx, &body), asked, func(api *gitea.Client) error {
		whole := gitea.ListIssueCommentOptions{ListOptions: gitea.ListOptions{Page: -1}}
		_, resp, err := api.ListIssueTimeline(g.owner, g.repo, int64(number), whole)
		if err != nil {
			return err
		}
		count, events = resp.Header.Get("X-Total-Count"), nil
		return json.Unmarshal(body, &events)
	})
	if err != nil {
		return nil, err
	}
	return events, wholeTimeline(asked, events, count)
}

// wholeTimeline refuses a timeline of which a part may be missing.
func wholeTimeline(asked string, events []happening, count string) error {
	if n, err := strconv.Atoi(count); err == nil && n != len(events) {
		return odd(asked, "forge.reason.miscounted")
	}
	seen := map[int64]bool{}
	for _, e := range events {
		switch {
		case e.ID <= 0 || seen[e.ID]:
			return odd(asked, "forge.reason.no-id")
		case e.Type == "":
			return odd(asked, "forge.reason.no-event")
		}
		seen[e.ID] = true
	}
	return nil
}

// moved is when the target branch was last changed, by hand or by the forge
// after the branch was merged, and when commits were last pushed to the head.
func (g *giteaForge) moved(ctx context.Context, number int) (target, head time.Time, err error) {
	events, err := g.timeline(ctx, number)
	for _, e := range events {
		last := map[string]*time.Time{"change_target_branch": &target, "pull_push": &head}[e.Type]
		switch {
		case last == nil:
		case e.Created.IsZero():
			return target, head, odd(g.asked("/issues/%d/timeline", number), "forge.reason.no-time")
		default:
			*last = later(*last, e.Created.UTC())
		}
	}
	return target, head, err
}
