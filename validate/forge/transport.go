package forge

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	maxAnswer  = 32 << 20 // bytes; a hundred reviews of the greatest length fit
	maxMessage = 200      // characters of a forge's own words that are repeated
)

// transport is what every request of a client for a forge goes through. It
// sends the token to the forge's own address and refuses every other; it
// returns answers that were read whole and are JSON, and errors for the rest.
type transport struct {
	base   http.RoundTripper
	api    *url.URL
	scheme string // of the Authorization header
	token  string
	now    func() time.Time

	// nullIsEmpty takes null for the empty list that some forges mean by it.
	nullIsEmpty bool
}

// keptBody is the context key under which a caller leaves a *[]byte for the
// answer, where a library drops a part of it.
type keptBody struct{}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !sameOrigin(req.URL, t.api) {
		closeBody(req.Body)
		return nil, fail("forge.redirected", "asked", t.api.Host, "host", req.URL.Host)
	}
	asked := address(req.Method, req.URL)
	out := req.Clone(req.Context())
	out.Header.Del("Authorization")
	if t.token != "" {
		out.Header.Set("Authorization", t.scheme+" "+t.token)
	}
	resp, err := t.base.RoundTrip(out)
	if err != nil {
		return nil, t.unreachable(asked, err)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	closeBody(resp.Body)
	if err != nil {
		return nil, t.unreachable(asked, err)
	}
	if e := t.refuse(asked, resp, body); e != nil {
		return nil, e
	}
	if keep, ok := req.Context().Value(keptBody{}).(*[]byte); ok {
		*keep = body
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}

func keep(ctx context.Context, body *[]byte) context.Context {
	return context.WithValue(ctx, keptBody{}, body)
}

func closeBody(body io.Closer) {
	if body != nil {
		_ = body.Close() // all that was wanted has been read
	}
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) && a.User == nil
}

// address writes a request as it stands in messages.
func address(method string, u *url.URL) string {
	return method + " " + u.Redacted()
}

// refuse returns an error for an answer that carries nothing to use.
func (t *transport) refuse(asked string, resp *http.Response, body []byte) *Error {
	var e *Error
	status := resp.StatusCode
	switch message := t.message(body); {
	case len(body) > maxAnswer:
		e = fail("forge.too-large", "asked", asked, "limit", maxAnswer>>20)
	case status == http.StatusOK || status == http.StatusCreated:
		e = t.notJSON(asked, body)
	case isRedirect(resp):
		// The client follows it, and comes through here again.
	case t.limited(resp, message):
		e = fail("forge.rate-limited", "asked", asked).again(t.waitFor(resp, message))
	case status >= 500 || status == http.StatusRequestTimeout:
		e = fail("forge.server-failed", "asked", asked, "status", status, "message", message).again(t.retryAfter(resp))
	default:
		e = fail(refusal(status), "asked", asked, "status", status, "message", message)
	}
	if e != nil {
		e.status = status
	}
	return e
}

func refusal(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "forge.unauthorized"
	case http.StatusForbidden:
		return "forge.forbidden"
	case http.StatusNotFound:
		return "forge.not-found"
	default:
		return "forge.refused"
	}
}

func isRedirect(resp *http.Response) bool {
	switch resp.StatusCode {
	case 301, 302, 303, 307, 308:
		return resp.Header.Get("Location") != ""
	}
	return false
}

// notJSON refuses what is not a JSON object or list, such as the page of a
// proxy: decoded carelessly, an empty answer is an empty list of reviews.
func (t *transport) notJSON(asked string, body []byte) *Error {
	start := bytes.TrimSpace(body)
	if t.nullIsEmpty && string(start) == "null" {
		return nil
	}
	if len(start) == 0 || start[0] != '{' && start[0] != '[' || !json.Valid(body) {
		return odd(asked, "forge.reason.not-json")
	}
	return nil
}

func (t *transport) unreachable(asked string, err error) *Error {
	return fail("forge.unreachable", "asked", asked, "reason", t.clean(err.Error())).again(0)
}

// message is the forge's own explanation of a refusal, made fit to be shown.
func (t *transport) message(body []byte) string {
	var said struct {
		Message string `json:"message"`
	}
	if len(body) > maxAnswer || json.Unmarshal(body, &said) != nil || said.Message == "" {
		return "-"
	}
	return t.clean(said.Message)
}

// clean takes the token and everything that is not printable out of a text
// that somebody else wrote, and shortens it.
func (t *transport) clean(s string) string {
	if t.token != "" {
		s = strings.ReplaceAll(s, t.token, "***")
	}
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
	return clip(s, maxMessage)
}

func clip(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}

// limited reports whether the answer says that too much was asked. GitHub
// says so with 403 as well, sometimes in words only.
func (t *transport) limited(resp *http.Response, message string) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
		return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0" || inWords(message)
	}
	return false
}

func inWords(message string) bool { return strings.Contains(strings.ToLower(message), "rate limit") }

// waitFor tells how long the forge wants to be left alone.
func (t *transport) waitFor(resp *http.Response, message string) time.Duration {
	if resp.Header.Get("Retry-After") != "" {
		return t.retryAfter(resp)
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		reset, err := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64)
		if err == nil {
			return time.Unix(reset, 0).Sub(t.now())
		}
	}
	if inWords(message) {
		return time.Minute // as GitHub asks for where it names no time
	}
	return 0
}

// retryAfter reads the header of that name, seconds or a date.
func (t *transport) retryAfter(resp *http.Response) time.Duration {
	after := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(after, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(after); err == nil {
		return date.Sub(t.now())
	}
	return 0
}
