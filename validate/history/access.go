package history

import (
	"net/url"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/go-git/go-git/v5/plumbing/transport/http"
)

// Access is a token and the only host that it is sent to, with its port where
// that is not the usual one. A remote is named in a file that whoever made the
// clone wrote: its address alone is no reason to show it a secret.
type Access struct{ Host, Token string }

// auth is what a remote is shown: nothing unless it is that host, over HTTPS.
func (a Access) auth(remote string) transport.AuthMethod {
	u, err := url.Parse(remote)
	if err != nil || u.Scheme != "https" || a.Token == "" || a.Host == "" || !sameHost(u.Host, a.Host) {
		return nil
	}
	return &http.BasicAuth{Username: "dealgate", Password: a.Token}
}

func sameHost(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, ":443"), strings.TrimSuffix(b, ":443"))
}
