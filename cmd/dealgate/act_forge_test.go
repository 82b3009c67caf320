package main

import (
	"encoding/json"
	"net/http"
	"strings"
)

// answer is what the forge answers to the token of a workflow.
func (g *running) answer(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var sent map[string]any
	_ = json.NewDecoder(r.Body).Decode(&sent)
	path, _ := strings.CutPrefix(r.URL.Path, "/api/v1")
	path = strings.TrimPrefix(path, "/repos/acme/deals")
	status, out := http.StatusForbidden, any(map[string]any{"message": "Resource not accessible by integration"})
	if !strings.HasSuffix(r.Header.Get("Authorization"), " a-token") {
		status, out = http.StatusUnauthorized, map[string]any{"message": "Bad credentials"}
	} else if known := g.known(r.Method+" "+path, sent); known != nil {
		status, out = http.StatusOK, known
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out)
}

// known is the answer to what a workflow may ask, nil to anything else.
func (g *running) known(request string, sent map[string]any) any {
	switch request {
	case "GET ":
		return map[string]any{"id": 1, "full_name": "acme/deals"}
	case "GET /settings/api":
		return map[string]any{"max_response_items": 50, "default_paging_num": 30}
	case "GET /pulls":
		return []any{g.pull()}
	case "GET /pulls/7", "GET /commits/" + g.landed + "/pull":
		return g.pull()
	case "GET /commits/" + g.landed + "/pulls":
		return []any{g.pull()}
	case "GET /pulls/7/reviews":
		return append([]map[string]any{}, g.reviews...)
	case "GET /issues/7/events", "GET /issues/7/timeline":
		return []any{}
	case "GET /issues/7/comments":
		return g.comments()
	case "POST /issues/7/comments", "PATCH /issues/comments/1":
		g.comment, _ = sent["body"].(string)
		return map[string]any{"id": 1}
	case "POST /statuses/" + g.head, "POST /statuses/" + g.group:
		g.statuses = append(g.statuses, sent)
		return map[string]any{"id": 1}
	case "GET /commits/" + g.head + "/status":
		return map[string]any{"statuses": g.latest()}
	}
	return nil
}

func (g *running) comments() []any {
	if g.comment == "" {
		return []any{}
	}
	bot := map[string]map[string]any{
		"github": {"id": 41898282, "login": "github-actions[bot]", "type": "Bot"},
		"gitea":  {"id": -2, "login": "gitea-actions"},
	}
	return []any{map[string]any{"id": 1, "body": g.comment, "user": bot[g.kind]}}
}

func (g *running) latest() []any {
	if len(g.statuses) == 0 {
		return []any{}
	}
	s := g.statuses[len(g.statuses)-1]
	return []any{map[string]any{"id": 1, "status": s["state"], "state": s["state"], "context": s["context"], "description": s["description"]}}
}

func (g *running) pull() map[string]any {
	pull := map[string]any{
		"number": 7, "state": "open", "title": "plan", "html_url": "https://github.com/acme/deals/pull/7",
		"user": map[string]any{"id": 4, "login": "zhao", "type": "User"},
		"base": map[string]any{"ref": "main"}, "head": map[string]any{"ref": "plan", "sha": g.head, "repo": map[string]any{"full_name": "zhao/deals"}},
	}
	if g.landed != "" {
		pull["state"], pull["merged"], pull["merge_commit_sha"], pull["merged_at"] = "closed", true, g.landed, "2026-11-23T03:04:05Z"
		pull["merged_by"] = pull["user"]
	}
	return pull
}
