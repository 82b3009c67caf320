package forge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// gitHubReplay tells the world as GitHub does.
func gitHubReplay(w *world) http.Handler {
	g := gitHubServer{w}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /user", g.user)
	mux.HandleFunc("GET /repos/acme/deals/pulls", g.list)
	mux.HandleFunc("GET /repos/acme/deals/pulls/{number}", g.pull)
	mux.HandleFunc("GET /repos/acme/deals/pulls/{number}/reviews", g.reviews)
	mux.HandleFunc("GET /repos/acme/deals/issues/{number}/events", g.events)
	mux.HandleFunc("GET /repos/acme/deals/commits/{sha}/pulls", g.landed)
	mux.HandleFunc("GET /repos/acme/deals/issues/{number}/comments", g.comments)
	mux.HandleFunc("POST /repos/acme/deals/issues/{number}/comments", g.comment)
	mux.HandleFunc("PATCH /repos/acme/deals/issues/comments/{id}", g.edit)
	mux.HandleFunc("POST /repos/acme/deals/statuses/{sha}", g.status)
	mux.HandleFunc("GET /repos/acme/deals/commits/{sha}/status", g.stated)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { ghRefuse(w, http.StatusNotFound, "Not Found") })
	return mux
}

type gitHubServer struct{ w *world }

func ghRefuse(w http.ResponseWriter, status int, message string) {
	reply(w, status, dict{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)})
}

// page answers with one page of a list and a link to the next.
func (g gitHubServer) page(w http.ResponseWriter, r *http.Request, list []any) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
	page, size = max(page, 1), min(max(size, 1), 100)
	if g.w.pageSize > 0 {
		size = min(size, g.w.pageSize)
	}
	last := (len(list) + size - 1) / size
	if page < last {
		next := fmt.Sprintf("http://%s%s?page=%%d&per_page=%d", r.Host, r.URL.Path, size)
		w.Header().Set("Link", fmt.Sprintf(`<`+next+`>; rel="next", <`+next+`>; rel="last"`, page+1, last))
	}
	reply(w, http.StatusOK, append([]any{}, paged(list, page, size)...))
}

func (g gitHubServer) user(w http.ResponseWriter, _ *http.Request) {
	if g.w.silent {
		ghRefuse(w, http.StatusForbidden, "Resource not accessible by integration")
		return
	}
	u := ghUser(g.w.me)
	for _, key := range []string{"bio", "blog", "company", "email", "hireable", "location", "name"} {
		u[key] = nil
	}
	u["blog"] = ""
	for _, key := range []string{"followers", "following", "public_gists", "public_repos", "collaborators", "disk_usage", "owned_private_repos", "private_gists", "total_private_repos"} {
		u[key] = 0
	}
	u["created_at"], u["updated_at"], u["two_factor_authentication"] = midday, midday, true
	reply(w, http.StatusOK, u)
}

func number(r *http.Request) int {
	n, _ := strconv.Atoi(r.PathValue("number"))
	return n
}

func (g gitHubServer) pull(w http.ResponseWriter, r *http.Request) {
	if pr := g.w.pull(number(r)); pr != nil {
		reply(w, http.StatusOK, ghPull(*pr, true))
		return
	}
	ghRefuse(w, http.StatusNotFound, "Not Found")
}

func (g gitHubServer) list(w http.ResponseWriter, r *http.Request) {
	var list []any
	for _, pr := range g.w.pulls {
		if !pr.Closed || r.URL.Query().Get("state") != "open" {
			list = append(list, ghPull(pr, false))
		}
	}
	g.page(w, r, list)
}

// landed gives, as GitHub does, also pull requests that merely contain the
// commit.
func (g gitHubServer) landed(w http.ResponseWriter, r *http.Request) {
	var list []any
	for _, pr := range g.w.pulls {
		list = append(list, ghPull(pr, false))
	}
	if r.PathValue("sha") == commit("unknown") {
		ghRefuse(w, http.StatusUnprocessableEntity, "No commit found for SHA: "+r.PathValue("sha"))
		return
	}
	g.page(w, r, list)
}

func (g gitHubServer) reviews(w http.ResponseWriter, r *http.Request) {
	if g.w.pull(number(r)) == nil {
		ghRefuse(w, http.StatusNotFound, "Not Found")
		return
	}
	var list []any
	for _, e := range g.w.reviews[number(r)] {
		if !e.request && !e.hidden {
			list = append(list, ghReview(e))
		}
	}
	g.page(w, r, list)
}

// events tells of new targets, among other things; the last one by the forge
// itself, as when the branch that was aimed at is gone.
func (g gitHubServer) events(w http.ResponseWriter, r *http.Request) {
	if g.w.pull(number(r)) == nil {
		ghRefuse(w, http.StatusNotFound, "Not Found")
		return
	}
	list := []any{ghEvent(301, "locked", midday.Add(-5*time.Hour))}
	if t := g.w.pull(number(r)).Retargeted; !t.IsZero() {
		list = append(list, ghEvent(302, "base_ref_changed", t.Add(-time.Hour)), ghEvent(303, "automatic_base_change_succeeded", t))
	}
	if t := g.w.pull(number(r)).Pushed; !t.IsZero() {
		list = append(list, ghEvent(305, "head_ref_force_pushed", t), ghEvent(306, "head_ref_force_pushed", t.Add(-time.Hour)))
	}
	for i, e := range g.w.reviews[number(r)] {
		if e.Dismissed {
			list = append(list, ghDismissal(400+i, e))
		}
	}
	g.page(w, r, append(list, ghEvent(304, "unlocked", midday.Add(time.Hour))))
}

func ghEvent(id int, event string, at time.Time) dict {
	return dict{
		"id": id, "node_id": "EV_1", "url": fmt.Sprintf("https://api.github.test/repos/acme/deals/issues/events/%d", id), "actor": ghUser(carol),
		"event": event, "commit_id": nil, "commit_url": nil, "created_at": at, "performed_via_github_app": nil, "lock_reason": nil,
	}
}

func ghDismissal(event int, e entry) dict {
	id, _ := strconv.Atoi(e.ID)
	d := ghEvent(event, "review_dismissed", e.DismissedAt)
	d["dismissed_review"] = dict{
		"state": map[State]string{Approved: "approved", ChangesRequested: "changes_requested"}[e.State], "review_id": id, "dismissal_message": "",
	}
	return d
}

func (g gitHubServer) comments(w http.ResponseWriter, r *http.Request) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	var list []any
	for _, n := range g.w.comments[number(r)] {
		list = append(list, ghComment(n))
	}
	g.page(w, r, list)
}

func (g gitHubServer) comment(w http.ResponseWriter, r *http.Request) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	reply(w, http.StatusCreated, ghComment(g.w.add(number(r), g.w.me, sentBody(r))))
}

func sentBody(r *http.Request) string {
	var sent struct{ Body string }
	_ = json.NewDecoder(r.Body).Decode(&sent)
	return sent.Body
}

func (g gitHubServer) edit(w http.ResponseWriter, r *http.Request) {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if n, ok := g.w.edit(id, sentBody(r)); ok {
		reply(w, http.StatusOK, ghComment(n))
		return
	}
	ghRefuse(w, http.StatusNotFound, "Not Found")
}

func (g gitHubServer) status(w http.ResponseWriter, r *http.Request) {
	var s struct{ State, Context, Description, Target_URL string }
	_ = json.NewDecoder(r.Body).Decode(&s)
	g.w.statuses = append(g.w.statuses, Status{r.PathValue("sha"), s.Context, s.State, s.Description, s.Target_URL})
	shown := ghStatus(1, g.w.statuses[len(g.w.statuses)-1])
	shown["creator"] = ghUser(g.w.me)
	reply(w, http.StatusCreated, shown)
}

func ghStatus(id int, s Status) dict {
	return dict{
		"url": "https://api.github.test/statuses/1", "avatar_url": nil, "id": id, "node_id": "S_1", "state": s.State,
		"description": s.Description, "target_url": s.URL, "context": s.Context, "created_at": midday, "updated_at": midday,
	}
}

// stated answers with the latest status of each context, in pages.
func (g gitHubServer) stated(w http.ResponseWriter, r *http.Request) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	latest := g.w.stated(r.PathValue("sha"))
	size := cmp.Or(g.w.pageSize, 100)
	if page = max(page, 1); page*size < len(latest) {
		w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?page=%d>; rel="next"`, r.Host, r.URL.Path, page+1))
	}
	list := []any{}
	for i, s := range latest {
		list = append(list, ghStatus(i+1, s))
	}
	reply(w, http.StatusOK, dict{
		"state": "failure", "sha": r.PathValue("sha"), "total_count": len(list), "statuses": append([]any{}, paged(list, page, size)...),
		"repository": ghRepo("acme/deals"), "url": "https://api.github.test/status", "commit_url": "https://api.github.test/commit",
	})
}

// The shapes of GitHub's answers, written after its API description.

func ghUser(a Account) dict {
	url := "https://api.github.test/users/" + a.Login
	u := dict{
		"login": a.Login, "id": a.ID, "node_id": "U_" + a.Login, "avatar_url": "https://avatars.github.test/u/1",
		"gravatar_id": "", "html_url": "https://github.test/" + a.Login, "site_admin": false, "type": "User", "url": url,
	}
	for _, key := range []string{"followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events", "received_events"} {
		u[key+"_url"] = url + "/" + key
	}
	if a.Bot {
		u["type"] = "Bot"
	}
	return u
}

func ghUserOrNull(a Account) any {
	if a.ID == 0 {
		return nil
	}
	return ghUser(a)
}

func ghReview(e entry) dict {
	r := dict{
		"node_id": "PRR_" + e.ID, "user": ghUserOrNull(e.Author), "body": e.Body, "html_url": e.URL,
		"pull_request_url": "https://api.github.test/repos/acme/deals/pulls/7", "author_association": "MEMBER",
		"_links":    dict{"html": dict{"href": e.URL}, "pull_request": dict{"href": "https://api.github.test/repos/acme/deals/pulls/7"}},
		"commit_id": nil, "submitted_at": e.Submitted,
	}
	r["id"], _ = strconv.Atoi(e.ID)
	r["state"] = map[State]string{Approved: "APPROVED", ChangesRequested: "CHANGES_REQUESTED", Commented: "COMMENTED", Dismissed: "DISMISSED", Pending: "PENDING", "strange": "STRANGE"}[e.State]
	if e.Dismissed {
		r["state"] = "DISMISSED"
	}
	if e.State == Pending {
		delete(r, "submitted_at")
	}
	if e.Commit != "" {
		r["commit_id"] = e.Commit
	}
	return r
}

func ghComment(n note) dict {
	url := fmt.Sprintf("https://api.github.test/repos/acme/deals/issues/comments/%d", n.id)
	return dict{
		"id": n.id, "node_id": "IC_1", "url": url, "html_url": "https://github.test/acme/deals/pull/7#issuecomment-1",
		"body": n.body, "user": ghUserOrNull(n.author), "created_at": midday, "updated_at": midday,
		"issue_url": "https://api.github.test/repos/acme/deals/issues/7", "author_association": "MEMBER", "performed_via_github_app": nil,
	}
}

func ghRepo(fullName string) any {
	if fullName == "" {
		return nil
	}
	owner, name, _ := strings.Cut(fullName, "/")
	url := "https://api.github.test/repos/" + fullName
	repo := dict{
		"id": 1, "node_id": "R_1", "name": name, "full_name": fullName, "owner": ghUser(Account{ID: 7, Login: owner}), "private": true,
		"html_url": "https://github.test/" + fullName, "description": nil, "fork": owner != "acme", "url": url,
		"git_url": "git://github.test/" + fullName, "ssh_url": "git@github.test:" + fullName, "clone_url": "https://github.test/" + fullName,
		"svn_url": "https://github.test/" + fullName, "mirror_url": nil, "homepage": nil, "language": nil, "license": nil,
		"default_branch": "main", "archived": false, "disabled": false, "visibility": "private",
		"has_issues": true, "has_projects": false, "has_wiki": false, "has_pages": false, "has_downloads": false, "has_discussions": false,
		"pushed_at": midday, "created_at": midday, "updated_at": midday,
	}
	for _, key := range []string{"forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size", "open_issues", "open_issues_count"} {
		repo[key] = 0
	}
	for _, key := range strings.Fields("archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees") {
		repo[key+"_url"] = url + "/" + key
	}
	return repo
}

// ghPull tells a pull request; only on its own, not in lists, GitHub says who
// merged it. The merge commit of an open one is that of a trial.
func ghPull(pr PullRequest, full bool) dict {
	url := fmt.Sprintf("https://api.github.test/repos/acme/deals/pulls/%d", pr.Number)
	p := dict{
		"id": 1000 + pr.Number, "node_id": "PR_1", "number": pr.Number, "title": pr.Title, "body": nil, "url": url, "html_url": pr.URL,
		"diff_url": pr.URL + ".diff", "patch_url": pr.URL + ".patch", "issue_url": url, "state": "open", "locked": false,
		"user": ghUserOrNull(pr.Author), "labels": []any{}, "milestone": nil, "assignee": nil, "assignees": []any{}, "draft": false,
		"created_at": midday, "updated_at": midday, "closed_at": nil, "merged_at": nil, "merge_commit_sha": commit("trial"),
		"author_association": "MEMBER", "auto_merge": nil, "requested_reviewers": []any{}, "requested_teams": []any{},
		"base": ghBranch("acme", pr.BaseRef, pr.BaseCommit, "acme/deals"), "head": ghBranch("alice", pr.HeadRef, pr.HeadCommit, pr.HeadRepo),
	}
	for _, key := range []string{"comments", "commits", "review_comment", "review_comments", "statuses"} {
		p[key+"_url"] = url + "/" + key
	}
	links := dict{}
	for _, key := range []string{"self", "html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses"} {
		links[key] = dict{"href": url + "/" + key}
	}
	p["_links"] = links
	if pr.Closed {
		p["state"], p["closed_at"] = "closed", midday
	}
	if pr.Merged {
		p["merged_at"], p["merge_commit_sha"] = pr.MergedAt, pr.MergeCommit
	}
	if !full {
		return p
	}
	for _, key := range []string{"additions", "deletions", "changed_files", "comments", "commits", "review_comments"} {
		p[key] = 1
	}
	p["mergeable"], p["mergeable_state"], p["rebaseable"], p["maintainer_can_modify"] = true, "clean", true, false
	p["merged"], p["merged_by"] = pr.Merged, ghUserOrNull(pr.MergedBy)
	return p
}

func ghBranch(owner, ref, sha, repo string) dict {
	return dict{"label": owner + ":" + ref, "ref": ref, "sha": sha, "user": ghUser(Account{ID: 7, Login: owner}), "repo": ghRepo(repo)}
}
