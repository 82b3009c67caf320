package history

import "testing"

// A token goes to its own host over HTTPS and to nobody else.
func TestAccess(t *testing.T) {
	by := Access{Host: "git.example.com", Token: "secret"}
	for remote, sent := range map[string]bool{
		"https://git.example.com/acme/deals.git":            true,
		"https://GIT.example.com:443/acme/deals.git":        true,
		"https://git.example.com:8443/acme/deals.git":       false,
		"https://git.example.com.evil.example/acme/deals":   false,
		"https://git.example.com@evil.example/acme/deals":   false,
		"https://evil.example/git.example.com/acme/deals":   false,
		"http://git.example.com/acme/deals.git":             false,
		"ssh://git@git.example.com/acme/deals.git":          false,
		"git@git.example.com:acme/deals.git":                false,
		"/srv/git/deals.git":                                false,
		"https://git.example.com\\@evil.example/acme/deals": false,
		"": false,
	} {
		if got := by.auth(remote) != nil; got != sent {
			t.Errorf("%q: sent %v, want %v", remote, got, sent)
		}
	}
	for _, none := range []Access{{}, {Host: "git.example.com"}, {Token: "secret"}} {
		if none.auth("https://git.example.com/acme/deals.git") != nil || none.auth("https:///acme") != nil {
			t.Errorf("%+v is sent", none)
		}
	}
}
