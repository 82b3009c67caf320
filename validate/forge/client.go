package forge

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

const (
	maxTries     = 5
	maxWait      = time.Minute // that a forge may ask us to wait
	maxPages     = 100
	maxRedirects = 3
	timeout      = 30 * time.Second
)

// client is what the forges that are reached over the network share.
type client struct {
	http        *http.Client
	transport   *transport
	api         *url.URL
	owner, repo string
	sleep       func(context.Context, time.Duration) error
}

// newClient prepares requests to the API at this address; scheme is the word
// that stands before the token.
func newClient(c Config, api *url.URL, scheme string) (*client, error) {
	owner, repo, ok := repository(c.Repository)
	if !ok {
		return nil, fail("forge.bad-repository", "repository", c.Repository)
	}
	token := strings.TrimSpace(c.Token)
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fail("forge.bad-token")
	}
	hc := &http.Client{Timeout: timeout}
	base := http.DefaultTransport
	if c.Client != nil && c.Client.Timeout > 0 {
		hc.Timeout = c.Client.Timeout
	}
	if c.Client != nil && c.Client.Transport != nil {
		base = c.Client.Transport
	}
	t := &transport{base: base, api: api, scheme: scheme, token: token, now: c.Now}
	hc.Transport, hc.CheckRedirect = t, follow
	return &client{http: hc, transport: t, api: api, owner: owner, repo: repo, sleep: c.Sleep}, nil
}

// follow lets the client follow a redirect, as after a repository was renamed;
// that it stays on the same host is seen to by the transport. A change of
// method would turn a comment into a mere look at it.
func follow(req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects || req.Method != via[0].Method {
		return fail("forge.redirected", "asked", address(via[0].Method, via[0].URL), "host", req.URL.Host)
	}
	return nil
}

var segment = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

func repository(s string) (owner, name string, ok bool) {
	owner, name, _ = strings.Cut(s, "/")
	good := func(s string) bool { return segment.MatchString(s) && strings.Trim(s, ".") != "" }
	return owner, name, good(owner) && good(name)
}

// parseURL reads the address of a forge. Only to this machine itself may
// requests go unencrypted.
func parseURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fail("forge.bad-address", "address", hostOnly(u))
	case u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()):
		u.Path = strings.TrimRight(u.Path, "/")
		return u, nil
	default:
		return nil, fail("forge.insecure", "address", hostOnly(u))
	}
}

// hostOnly leaves out of an address whatever may be secret in it.
func hostOnly(u *url.URL) string {
	if u == nil || u.Host == "" {
		return "-"
	}
	return u.Scheme + "://" + u.Host
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// asked names a request for messages, where the libraries do not.
func (c *client) asked(path string, args ...any) string {
	return fmt.Sprintf("%s/repos/%s/%s", c.api.Host, c.owner, c.repo) + fmt.Sprintf(path, args...)
}

// try makes a request, and again while that may help. The waits double, or
// are what the forge asks for within reason.
func (c *client) try(ctx context.Context, asked string, request func() error) error {
	for n := 1; ; n++ {
		e := worded(ctx, asked, request())
		if e == nil {
			return nil
		}
		wait := max(e.wait, time.Second<<(n-1))
		if !e.temporary || n == maxTries || wait > maxWait {
			return e.final(n, wait)
		}
		if err := c.sleep(ctx, wait); err != nil {
			return cancelled(asked, err)
		}
	}
}

// worded turns whatever a library returns into an error of ours. What did not
// come from the transport is about an answer that could not be decoded.
func worded(ctx context.Context, asked string, err error) *Error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return cancelled(asked, ctx.Err())
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return odd(asked, "forge.reason.undecodable")
}

func cancelled(asked string, cause error) *Error {
	e := fail("forge.cancelled", "asked", asked)
	e.cause = cause
	return e
}

func isStatus(err error, status int) bool {
	var e *Error
	return errors.As(err, &e) && e.status == status
}

// errMoved says that a list has changed while it was read, so that an entry
// may have been skipped.
var errMoved = errors.New("the list has moved")

// pages reads a list page by page to its end, and anew when it has moved.
func pages[T any](asked string, id func(T) int64, page func(n int) (items []T, more bool, err error)) ([]T, error) {
	for range maxTries {
		list, err := readPages(asked, id, page)
		if !errors.Is(err, errMoved) {
			return list, err
		}
	}
	return nil, fail("forge.list-moves", "asked", asked, "tries", maxTries)
}

func readPages[T any](asked string, id func(T) int64, page func(n int) ([]T, bool, error)) (list []T, err error) {
	seen := map[int64]bool{}
	for n := 1; n <= maxPages; n++ {
		items, more, err := page(n)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			key := id(item)
			if key <= 0 {
				return nil, odd(asked, "forge.reason.no-id")
			}
			if seen[key] {
				return nil, errMoved
			}
			seen[key] = true
		}
		list = append(list, items...)
		if !more {
			return list, nil
		}
	}
	return nil, fail("forge.too-many-pages", "asked", asked, "pages", maxPages)
}
