package forge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// giteaReplay tells the world as Gitea and Forgejo do.
func giteaReplay(w *world) http.Handler {
	g := giteaServer{w}
	mux := http.NewServeMux()
	const repo = "/api/v1/repos/acme/deals"
	mux.HandleFunc("GET /api/v1/user", g.user)
	mux.HandleFunc("GET /api/v1/settings/api", g.settings)
	mux.HandleFunc("GET "+repo, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, gtRepo("acme/deals")) })
	mux.HandleFunc("GET "+repo+"/pulls", g.list)
	mux.HandleFunc("GET "+repo+"/pulls/{number}", g.pull)
	mux.HandleFunc("GET "+repo+"/pulls/{number}/reviews", g.reviews)
	mux.HandleFunc("GET "+repo+"/issues/{number}/timeline", g.timeline)
	mux.HandleFunc("GET "+repo+"/commits/{sha}/pull", g.landed)
	mux.HandleFunc("GET "+repo+"/issues/{number}/comments", g.comments)
	mux.HandleFunc("POST "+repo+"/issues/{number}/comments", g.comment)
	mux.HandleFunc("PATCH "+repo+"/issues/comments/{id}", g.edit)
	mux.HandleFunc("POST "+repo+"/statuses/{sha}", g.status)
	mux.HandleFunc("GET "+repo+"/commits/{sha}/status", g.stated)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { gtRefuse(w, http.StatusNotFound, "not found") })
	return mux
}

type giteaServer struct{ w *world }

func gtRefuse(w http.ResponseWriter, status int, message string) {
	reply(w, status, dict{"message": message, "url": "http://gitea.test/api/swagger"})
}

// page answers with one page; without a page number, the limit means nothing.
// The count is of all entries, also of those that are left out.
func (g giteaServer) page(w http.ResponseWriter, r *http.Request, list []any) {
	if !g.w.uncount {
		w.Header().Set("X-Total-Count", strconv.Itoa(len(list)))
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	if page > 0 {
		list = paged(list, page, min(max(size, 1), g.most()))
	}
	shown := []any{}
	for _, item := range list {
		if item != nil {
			shown = append(shown, item)
		}
	}
	reply(w, http.StatusOK, shown)
}

func (g giteaServer) most() int { return cmp.Or(g.w.pageSize, 50) }

func (g giteaServer) settings(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, dict{"max_response_items": g.most(), "default_paging_num": 30, "default_git_trees_per_page": 1000, "default_max_blob_size": 10485760})
}

func (g giteaServer) user(w http.ResponseWriter, _ *http.Request) {
	if g.w.silent {
		gtRefuse(w, http.StatusForbidden, "token does not have at least one of required scope(s): [read:user]")
		return
	}
	reply(w, http.StatusOK, gtUser(g.w.me))
}

func (g giteaServer) pull(w http.ResponseWriter, r *http.Request) {
	if pr := g.w.pull(number(r)); pr != nil {
		reply(w, http.StatusOK, gtPull(*pr, true))
		return
	}
	gtRefuse(w, http.StatusNotFound, "The target couldn't be found.")
}

func (g giteaServer) list(w http.ResponseWriter, r *http.Request) {
	list := []any{}
	for _, pr := range g.w.pulls {
		if pr.Closed == (r.URL.Query().Get("state") == "closed") {
			list = append(list, gtPull(pr, false))
		}
	}
	g.page(w, r, list)
}

func (g giteaServer) landed(w http.ResponseWriter, r *http.Request) {
	for _, pr := range g.w.pulls {
		if g.w.wrong || pr.Merged && pr.MergeCommit == r.PathValue("sha") {
			reply(w, http.StatusOK, gtPull(pr, true))
			return
		}
	}
	gtRefuse(w, http.StatusNotFound, "pull request does not exist [id: 0, issue_id: 0, head_repo_id: 0, base_repo_id: 1, head_branch: , base_branch: ]")
}

// reviews lists them by id; drafts of others are counted, not shown.
func (g giteaServer) reviews(w http.ResponseWriter, r *http.Request) {
	if g.w.pull(number(r)) == nil {
		gtRefuse(w, http.StatusNotFound, "pull request does not exist")
		return
	}
	var list []any
	for _, e := range g.byID(number(r)) {
		if e.hidden {
			list = append(list, nil)
		} else {
			list = append(list, gtReview(e))
		}
	}
	g.page(w, r, list)
}

func (g giteaServer) byID(number int) []entry {
	entries := slices.Clone(g.w.reviews[number])
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID)) })
	return entries
}

// timeline tells of everything that happened; of nothing, it says null.
func (g giteaServer) timeline(w http.ResponseWriter, r *http.Request) {
	var list []any
	for i, e := range g.byID(number(r)) {
		if !e.request && e.State != Pending {
			id, _ := strconv.Atoi(e.ID)
			list = append(list, dict{"id": 500 + i, "type": "review", "html_url": e.URL, "user": gtUser(e.Author), "body": e.Body, "created_at": e.Submitted, "updated_at": e.Submitted, "review_id": id})
		}
	}
	for i, e := range g.byID(number(r)) {
		if !e.DismissedAt.IsZero() {
			id, _ := strconv.Atoi(e.ID)
			list = append(list, dict{"id": 900 + i, "type": "dismiss_review", "user": gtUser(carol), "body": "", "created_at": e.DismissedAt, "updated_at": midday, "review_id": id})
		}
	}
	if pr := g.w.pull(number(r)); pr != nil && !pr.Retargeted.IsZero() {
		for i, t := range []time.Time{pr.Retargeted.Add(-time.Hour), pr.Retargeted} {
			list = append(list, dict{"id": 700 + i, "type": "change_target_branch", "user": gtUser(carol), "old_ref": "lax", "new_ref": pr.BaseRef, "created_at": t, "updated_at": midday.Add(time.Hour)})
		}
	}
	if pr := g.w.pull(number(r)); pr != nil && !pr.Pushed.IsZero() {
		for i, t := range []time.Time{pr.Pushed, pr.Pushed.Add(-time.Hour)} {
			body := `{"is_force_push":false,"commit_ids":["` + pr.HeadCommit + `"]}`
			list = append(list, dict{"id": 800 + i, "type": "pull_push", "user": gtUser(alice), "body": body, "created_at": t, "updated_at": t})
		}
	}
	w.Header().Set("X-Total-Count", strconv.Itoa(len(list)))
	reply(w, http.StatusOK, list)
}

// comments are never cut into pages.
func (g giteaServer) comments(w http.ResponseWriter, r *http.Request) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	list := []any{}
	for _, n := range g.w.comments[number(r)] {
		list = append(list, gtComment(n))
	}
	if !g.w.uncount {
		w.Header().Set("X-Total-Count", strconv.Itoa(len(list)))
	}
	reply(w, http.StatusOK, list)
}

func (g giteaServer) comment(w http.ResponseWriter, r *http.Request) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	reply(w, http.StatusCreated, gtComment(g.w.add(number(r), g.w.me, sentBody(r))))
}

func (g giteaServer) edit(w http.ResponseWriter, r *http.Request) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if n, ok := g.w.edit(id, sentBody(r)); ok {
		reply(w, http.StatusOK, gtComment(n))
		return
	}
	gtRefuse(w, http.StatusNotFound, "not found")
}

func (g giteaServer) status(w http.ResponseWriter, r *http.Request) {
	var s struct{ State, Context, Description, Target_URL string }
	_ = json.NewDecoder(r.Body).Decode(&s)
	g.w.statuses = append(g.w.statuses, Status{r.PathValue("sha"), s.Context, s.State, s.Description, s.Target_URL})
	reply(w, http.StatusCreated, g.shown(g.w.statuses[len(g.w.statuses)-1]))
}

func (g giteaServer) shown(s Status) dict {
	return dict{
		"id": 1, "status": s.State, "target_url": s.URL, "description": s.Description, "url": "http://gitea.test/api/v1/repos/acme/deals/statuses/" + s.Commit,
		"context": s.Context, "creator": gtUser(g.w.me), "created_at": midday, "updated_at": midday,
	}
}

// stated answers with the latest status of each context.
func (g giteaServer) stated(w http.ResponseWriter, r *http.Request) {
	list := []any{}
	for _, s := range g.w.stated(r.PathValue("sha")) {
		list = append(list, g.shown(s))
	}
	reply(w, http.StatusOK, dict{
		"state": "failure", "sha": r.PathValue("sha"), "total_count": len(list), "statuses": list,
		"repository": gtRepo("acme/deals"), "commit_url": "http://gitea.test/commit", "url": "http://gitea.test/status",
	})
}

// The shapes of Gitea's answers, written after recorded ones.

// gtUser tells of a deleted user as Ghost, and of workflows as number -2.
func gtUser(a Account) dict {
	if a.ID == 0 {
		a = Account{ID: -1, Login: "Ghost"}
	}
	if a.Bot {
		a.ID, a.Login = giteaActionsID, "gitea-actions"
	}
	return dict{
		"id": a.ID, "login": a.Login, "login_name": "", "source_id": 0, "full_name": "", "email": a.Login + "@noreply.gitea.test",
		"avatar_url": "http://gitea.test/avatars/1", "html_url": "http://gitea.test/" + a.Login, "language": "", "is_admin": false,
		"last_login": "0001-01-01T00:00:00Z", "created": midday, "restricted": false, "active": false, "prohibit_login": false,
		"location": "", "website": "", "description": "", "visibility": "public",
		"followers_count": 0, "following_count": 0, "starred_repos_count": 0, "username": a.Login,
	}
}

func gtReview(e entry) dict {
	r := dict{
		"user": gtUser(e.Author), "team": nil, "body": e.Body, "commit_id": e.Commit, "stale": false, "official": true, "dismissed": e.Dismissed,
		"comments_count": 0, "submitted_at": e.Submitted.Format(time.RFC3339), "updated_at": e.Submitted.Format(time.RFC3339),
		"html_url": e.URL, "pull_request_url": "http://gitea.test/acme/deals/pulls/7",
	}
	r["id"], _ = strconv.Atoi(e.ID)
	r["state"] = map[State]string{Approved: "APPROVED", ChangesRequested: "REQUEST_CHANGES", Commented: "COMMENT", Pending: "PENDING", "strange": "STRANGE"}[e.State]
	if !e.updated.IsZero() {
		r["updated_at"] = e.updated.Format(time.RFC3339)
	}
	if e.request {
		r["state"], r["user"], r["team"], r["commit_id"], r["html_url"] = "REQUEST_REVIEW", nil, dict{"id": 2, "name": "legal"}, "", ""
	}
	return r
}

func gtComment(n note) dict {
	return dict{
		"id": n.id, "html_url": fmt.Sprintf("http://gitea.test/acme/deals/pulls/7#issuecomment-%d", n.id), "pull_request_url": "http://gitea.test/acme/deals/pulls/7",
		"issue_url": "", "user": gtUser(n.author), "original_author": "", "original_author_id": 0, "body": n.body, "assets": []any{}, "created_at": midday, "updated_at": midday,
	}
}

func gtRepo(fullName string) any {
	if fullName == "" {
		return nil
	}
	return dict{"id": 1, "owner": gtUser(Account{ID: 7, Login: "acme"}), "name": "deals", "full_name": fullName, "private": false, "fork": false, "default_branch": "main", "permissions": dict{"admin": true, "push": true, "pull": true}}
}

// gtPull tells a pull request; lists do not say who merged it, and the tip of
// the base is that of today.
func gtPull(pr PullRequest, full bool) dict {
	p := dict{
		"id": 100 + pr.Number, "number": pr.Number, "url": pr.URL, "html_url": pr.URL, "user": gtUser(pr.Author), "title": pr.Title, "body": "",
		"labels": []any{}, "milestone": nil, "assignee": nil, "assignees": nil, "state": "open", "draft": false, "is_locked": false, "comments": 0,
		"diff_url": pr.URL + ".diff", "patch_url": pr.URL + ".patch", "mergeable": true, "merged": pr.Merged, "merged_at": nil,
		"merge_commit_sha": nil, "merged_by": nil, "allow_maintainer_edit": false, "merge_base": pr.MergeBase, "due_date": nil,
		"created_at": midday, "updated_at": midday, "closed_at": nil, "pin_order": 0,
		"base": dict{"label": pr.BaseRef, "ref": pr.BaseRef, "sha": pr.BaseCommit, "repo_id": 1, "repo": gtRepo("acme/deals")},
		"head": dict{"label": pr.HeadRef, "ref": pr.HeadRef, "sha": pr.HeadCommit, "repo_id": 2, "repo": gtRepo(pr.HeadRepo)},
	}
	if pr.Closed {
		p["state"], p["closed_at"] = "closed", midday
	}
	if pr.Merged {
		p["merge_commit_sha"] = pr.MergeCommit
		if !pr.MergedAt.IsZero() {
			p["merged_at"] = pr.MergedAt
		}
		if full {
			p["merged_by"] = gtUser(pr.MergedBy)
		}
	}
	return p
}
