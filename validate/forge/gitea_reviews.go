package forge

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"code.gitea.io/sdk/gitea"
)

var giteaStates = map[gitea.ReviewStateType]State{
	gitea.ReviewStateApproved:       Approved,
	gitea.ReviewStateRequestChanges: ChangesRequested,
	gitea.ReviewStateComment:        Commented,
	gitea.ReviewStatePending:        Pending,
}

// Reviews lists the reviews. Requests for a review stand in Gitea's list too;
// drafts of other people are counted there but not shown.
func (g *giteaForge) Reviews(ctx context.Context, number int) ([]Review, error) {
	if err := checkNumber(number); err != nil {
		return nil, err
	}
	asked := g.asked("/pulls/%d/reviews", number)
	list, updated, hidden, err := g.reviewList(ctx, asked, number)
	if err == nil && hidden > 0 {
		err = g.onlyDraftsHidden(ctx, asked, number, hidden, list)
	}
	if err != nil {
		return nil, err
	}
	var reviews []Review
	for i, r := range list {
		if r.State == gitea.ReviewStateRequestReview {
			continue
		}
		review, err := g.review(asked, r)
		if err != nil {
			return nil, err
		}
		review.Submitted = submitted(r, updated[r.ID], list[i+1:])
		reviews = append(reviews, review)
	}
	reviews = inOrder(reviews)
	return reviews, g.dismissals(ctx, number, reviews)
}

// dismissals notes when reviews were dismissed.
func (g *giteaForge) dismissals(ctx context.Context, number int, reviews []Review) error {
	if !slices.ContainsFunc(reviews, func(r Review) bool { return r.Dismissed }) {
		return nil
	}
	events, err := g.timeline(ctx, number)
	for _, e := range events {
		i := slices.IndexFunc(reviews, func(r Review) bool { return r.ID == strconv.FormatInt(e.Review, 10) })
		if e.Type == "dismiss_review" && i >= 0 && reviews[i].Dismissed {
			reviews[i].dismissed(e.Created.UTC())
		}
	}
	return err
}

// reviewList reads the list as the forge gives it, in the order of ids, and
// when each review was last updated, which the library leaves out.
func (g *giteaForge) reviewList(ctx context.Context, asked string, number int) ([]*gitea.PullReview, map[int64]time.Time, int, error) {
	updated := map[int64]time.Time{}
	var body []byte
	list, hidden, err := giteaPages(keep(ctx, &body), g, asked, giteaReviewID,
		func(api *gitea.Client, o gitea.ListOptions) ([]*gitea.PullReview, *gitea.Response, error) {
			page, resp, err := api.ListPullReviews(g.owner, g.repo, int64(number), gitea.ListPullReviewsOptions{ListOptions: o})
			var times []struct {
				ID      int64     `json:"id"`
				Updated time.Time `json:"updated_at"`
			}
			if err == nil {
				err = json.Unmarshal(body, &times)
			}
			for _, t := range times {
				updated[t.ID] = t.Updated
			}
			return page, resp, err
		})
	slices.SortFunc(list, func(a, b *gitea.PullReview) int { return cmp.Compare(a.ID, b.ID) })
	return list, updated, hidden, err
}

func giteaReviewID(r *gitea.PullReview) int64 {
	if r == nil {
		return 0
	}
	return r.ID
}

// review maps a review. That it is official or stale says nothing: official
// stays when its author has left the team, and staleness is for digests to
// tell.
func (g *giteaForge) review(asked string, r *gitea.PullReview) (Review, error) {
	state, known := giteaStates[r.State]
	if !known {
		return Review{}, fail("forge.unknown-state", "asked", asked, "state", clip(string(r.State), 80))
	}
	if state != Pending && r.Submitted.IsZero() {
		return Review{}, odd(asked, "forge.reason.no-time")
	}
	return Review{
		ID: strconv.FormatInt(r.ID, 10), State: state, Dismissed: r.Dismissed,
		Author: g.account(r.Reviewer), Commit: commitOf(r.CommitID), Body: r.Body, URL: r.HTMLURL,
	}, nil
}

// submitted is when a review was submitted. What Gitea calls so is when its
// draft was begun, perhaps before somebody lost his role; the last update is
// nearer, unless that was the dismissal. It came before the same person's next
// decision, whatever a later update says.
func submitted(r *gitea.PullReview, updated time.Time, later []*gitea.PullReview) time.Time {
	if r.State == gitea.ReviewStatePending {
		return time.Time{}
	}
	if r.Dismissed || updated.Before(r.Submitted) {
		return r.Submitted.UTC()
	}
	for _, next := range later {
		if sameReviewer(r, next) && decides(next) && next.Submitted.Before(updated) {
			return next.Submitted.UTC()
		}
	}
	return updated.UTC()
}

func sameReviewer(a, b *gitea.PullReview) bool {
	return a.Reviewer != nil && b.Reviewer != nil && a.Reviewer.ID == b.Reviewer.ID
}

func decides(r *gitea.PullReview) bool {
	return r.State == gitea.ReviewStateApproved || r.State == gitea.ReviewStateRequestChanges
}

// onlyDraftsHidden proves that the reviews which are counted but not shown
// are nobody's decision: every submitted review has left its mark in the
// timeline, and each of those is in the list.
func (g *giteaForge) onlyDraftsHidden(ctx context.Context, asked string, number, hidden int, list []*gitea.PullReview) error {
	events, err := g.timeline(ctx, number)
	if err != nil {
		return err
	}
	for _, e := range events {
		shown := func(r *gitea.PullReview) bool { return r.ID == e.Review }
		if e.Type == "review" && !slices.ContainsFunc(list, shown) {
			return fail("forge.incomplete", "asked", asked, "shown", len(list), "total", len(list)+hidden)
		}
	}
	return nil
}
