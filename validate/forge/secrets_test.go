package forge

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The token goes to the configured host and to no other.
func TestRedirects(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		visits := 0
		thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			visits++
			reply(w, http.StatusOK, []any{})
		}))
		defer thief.Close()
		to := func(place string, status int) fault {
			return func(w http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.URL.Path, "renamed") || !strings.Contains(r.URL.Path, "/reviews") && !strings.Contains(r.URL.Path, "/statuses") {
					return false
				}
				http.Redirect(w, r, place, status)
				return true
			}
		}
		_, err := s.open(t, newWorld(), to(thief.URL+"/repos/acme/deals", 302)).Reviews(ctx, 7)
		wantKey(t, err, "forge.redirected")
		_, err = s.open(t, newWorld(), to("https://user:pass@127.0.0.1/", 307)).Reviews(ctx, 7)
		wantKey(t, err, "forge.redirected")
		_, err = s.open(t, newWorld(), to("/reviews", 301)).Reviews(ctx, 7)
		wantKey(t, err, "forge.redirected")
		err = s.open(t, newWorld(), to("/renamed", 301)).Status(ctx, theHead, "c", StatusSuccess, "", "")
		wantKey(t, err, "forge.redirected")
		if visits != 0 {
			t.Errorf("the other host was asked %d times", visits)
		}
		renamed := s.open(t, newWorld(), to("/renamed", 301), raw("/renamed", "[]"))
		if _, err := renamed.Reviews(ctx, 7); err != nil {
			t.Errorf("a renamed repository is not followed: %v", err)
		}
	})
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ kind, address, host, key string }{
		{"github", "", "github.com", ""},
		{"github", "https://github.com/", "github.com", ""},
		{"github", "https://api.github.com", "github.com", ""},
		{"github", "https://GHE.corp.test/api/v3", "ghe.corp.test", ""},
		{"github", "https://api.corp.test/api/v3", "api.corp.test", ""},
		{"gitea", "https://git.test/", "git.test", ""},
		{"gitea", "https://git.test:3000/forge/api/v1", "git.test:3000", ""},
		{"forgejo", "http://localhost:3000", "localhost:3000", ""},
		{"gitea", "http://[::1]:3000", "[::1]:3000", ""},
		{"gitea", "", "", "forge.bad-address"},
		{"gitea", "git.test", "", "forge.bad-address"},
		{"gitea", "https://" + token + "@git.test", "", "forge.bad-address"},
		{"gitea", "https://git.test/?token=" + token, "", "forge.bad-address"},
		{"gitea", "https://git.test/%zz" + token, "", "forge.bad-address"},
		{"gitea", "http://git.test", "", "forge.insecure"},
		{"github", "http://127.0.0.1.evil.test", "", "forge.insecure"},
		{"github", "ftp://127.0.0.1", "", "forge.insecure"},
		{"gitlab", "https://git.test", "", "forge.unknown-kind"},
	} {
		f, err := Open(c.kind, c.address, "acme/deals", token, nil)
		if c.key != "" {
			wantKey(t, err, c.key)
		} else if err != nil || f.Host() != c.host || f.Name() != c.kind {
			t.Errorf("%s: %v", c.address, err)
		}
	}
}

func TestRepositoriesAndTokens(t *testing.T) {
	for _, name := range []string{"", "acme", "acme/", "/deals", "acme/deals/x", "../deals", "acme/..", "acme/d eals", "acme/de?als"} {
		_, err := Open("gitea", "https://git.test", name, token, nil)
		wantKey(t, err, "forge.bad-repository")
	}
	_, err := Open("github", "", "acme/deals", token+"\nX-Evil: 1", nil)
	wantKey(t, err, "forge.bad-token")
	if _, err := Open("github", "", "acme/deals", token+"\n", nil); err != nil {
		t.Errorf("a line's end after the token is refused: %v", err)
	}
}

// Without a token, nothing is sent for one.
func TestNoToken(t *testing.T) {
	seen := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen += r.Header.Get("Authorization")
		reply(w, http.StatusOK, []any{})
	}))
	defer s.Close()
	f, err := Open("github", s.URL, "acme/deals", "", nil)
	must(t, err)
	if _, err := f.Reviews(ctx, 7); err != nil || seen != "" {
		t.Errorf("sent %q, %v", seen, err)
	}
}

// A host that is not there: the address is told, the token is not.
func TestUnreachable(t *testing.T) {
	overNetwork(t, func(t *testing.T, s subject) {
		f := s.open(t, newWorld()).(replayed)
		f.server.Close()
		_, err := f.Reviews(ctx, 7)
		wantKey(t, err, "forge.unreachable")
		if !strings.Contains(err.Error(), f.server.URL) {
			t.Errorf("it does not say what was asked: %v", err)
		}
	})
}
