package forge

import (
	"fmt"
	"strings"
	"time"
)

// maxID is the greatest number that every reader of JSON keeps exactly.
const maxID = 1<<53 - 1

// reader turns the JSON of a file into pull requests. It keeps the first
// error, after which everything it returns is of no use.
type reader struct {
	file string
	err  error
	host string
}

func (r *reader) fail(e *Error) {
	if r.err == nil {
		e.Args["file"] = r.file
		r.err = e
	}
}

func (r *reader) read(data []byte) *File {
	root := r.parse(data)
	if r.err != nil {
		return nil
	}
	top := r.object(root, "$")
	if version := top.number("version", true); version != 1 {
		r.fail(fail("forge.file-version", "version", version))
	}
	r.host = top.text("host", true)
	f := &File{host: r.host, reviews: map[int][]Review{}, comments: map[int][]string{}}
	for i, item := range top.list("pull_requests", true) {
		at := fmt.Sprintf("$.pull_requests[%d]", i)
		pr, reviews := r.pull(r.object(item, at))
		if _, twice := f.reviews[pr.Number]; twice {
			r.fail(fail("forge.file-twice", "place", at+".number"))
		}
		f.pulls, f.reviews[pr.Number] = append(f.pulls, pr), reviews
	}
	top.done()
	return f
}

func (r *reader) pull(o object) (PullRequest, []Review) {
	pr := PullRequest{
		Number: int(o.number("number", true)), Title: o.text("title", false), URL: o.text("url", false),
		Author: r.account(o, "author"), MergeBase: o.commit("merge_base", false),
	}
	base := o.object("base")
	pr.BaseRef, pr.BaseCommit = base.text("ref", true), base.commit("commit", false)
	base.done()
	head := o.object("head")
	pr.HeadRef, pr.HeadCommit, pr.HeadRepo = head.text("ref", false), head.commit("commit", true), head.text("repository", false)
	head.done()
	state := o.oneOf("state", "open", "closed", "merged")
	pr.Closed, pr.Merged = state != "open", state == "merged"
	if pr.Merged {
		pr.MergeCommit, pr.MergedBy = o.commit("merge_commit", true), r.account(o, "merged_by")
		pr.MergedAt = o.time("merged_at", false)
	}
	pr.Retargeted, pr.Pushed = o.time("retargeted", false), o.time("pushed", false)
	var reviews []Review
	ids := map[string]bool{}
	for i, item := range o.list("reviews", false) {
		at := fmt.Sprintf("%s.reviews[%d]", o.place, i)
		review := r.review(r.object(item, at))
		if ids[review.ID] {
			r.fail(fail("forge.file-twice", "place", at+".id"))
		}
		ids[review.ID] = true
		reviews = append(reviews, review)
	}
	o.done()
	return pr, inOrder(reviews)
}

func (r *reader) review(o object) Review {
	review := Review{
		ID:     o.text("id", true),
		State:  State(o.oneOf("state", string(Approved), string(ChangesRequested), string(Commented), string(Dismissed), string(Pending))),
		Author: r.account(o, "author"),
		Commit: o.commit("commit", false), Body: o.text("body", false), URL: o.text("url", false),
	}
	review.Dismissed = o.flag("dismissed") || review.State == Dismissed
	review.DismissedAt = o.time("dismissed_at", false)
	review.Submitted = o.time("submitted", review.State != Pending)
	if review.State == Pending {
		review.Submitted = time.Time{}
	}
	o.done()
	return review
}

// account reads somebody; null or nothing is somebody unknown.
func (r *reader) account(o object, key string) Account {
	if o.fields[key] == nil {
		o.used[key] = true
		return Account{Host: r.host}
	}
	who := o.object(key)
	a := Account{Host: r.host, ID: who.number("id", true), Login: who.text("login", true), Bot: who.flag("bot")}
	who.done()
	return a
}

// object is one JSON object and where it stands; done finds the keys that
// nobody asked for.
type object struct {
	r      *reader
	place  string
	fields map[string]any
	order  []string
	used   map[string]bool
}

func (r *reader) object(v any, place string) object {
	o := object{r: r, place: place, used: map[string]bool{}}
	m, ok := v.(*members)
	if !ok {
		r.wrong(place, "forge.file.object")
		return o
	}
	o.fields, o.order = m.values, m.order
	return o
}

func (r *reader) wrong(place, want string) {
	r.fail(fail("forge.file-wrong", "place", place, "want", term(want)))
}

func (o object) done() {
	for _, key := range o.order {
		if !o.used[key] {
			o.r.fail(fail("forge.file-unknown-key", "place", o.place, "key", clip(key, 80)))
		}
	}
}

// get looks a key up; what is missing but required is an error.
func (o object) get(key string, required bool) (v any, ok bool) {
	o.used[key] = true
	v, ok = o.fields[key]
	if !ok && required {
		o.r.fail(fail("forge.file-missing-key", "place", o.place, "key", key))
	}
	return v, ok
}

func (o object) at(key string) string { return o.place + "." + key }

func (o object) object(key string) object {
	v, ok := o.get(key, true)
	if !ok {
		return object{r: o.r, place: o.at(key), used: map[string]bool{}}
	}
	return o.r.object(v, o.at(key))
}

func (o object) list(key string, required bool) []any {
	v, ok := o.get(key, required)
	items, isList := v.([]any)
	if ok && !isList {
		o.r.wrong(o.at(key), "forge.file.list")
	}
	return items
}

// text reads a string; a required one is not empty.
func (o object) text(key string, required bool) string {
	v, ok := o.get(key, required)
	s, isText := v.(string)
	if ok && (!isText || required && s == "") {
		o.r.wrong(o.at(key), "forge.file.text")
	}
	return s
}

func (o object) number(key string, required bool) int64 {
	v, ok := o.get(key, required)
	n, isNumber := v.(int64)
	if ok && (!isNumber || n < 1 || n > maxID) {
		o.r.wrong(o.at(key), "forge.file.number")
	}
	return n
}

func (o object) flag(key string) bool {
	v, ok := o.get(key, false)
	b, isFlag := v.(bool)
	if ok && !isFlag {
		o.r.wrong(o.at(key), "forge.file.flag")
	}
	return b
}

// commit reads a full hash; null says that it is not known.
func (o object) commit(key string, required bool) string {
	v, ok := o.get(key, required)
	s, _ := v.(string)
	if ok && (v != nil || required) && !hash.MatchString(s) {
		o.r.wrong(o.at(key), "forge.file.commit")
	}
	return s
}

func (o object) time(key string, required bool) time.Time {
	v, ok := o.get(key, required)
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if ok && (v != nil || required) && (err != nil || t.IsZero()) {
		o.r.wrong(o.at(key), "forge.file.time")
	}
	return t.UTC()
}

func (o object) oneOf(key string, values ...string) string {
	v, ok := o.get(key, true)
	s, _ := v.(string)
	for _, value := range values {
		if s == value {
			return s
		}
	}
	if ok {
		o.r.fail(fail("forge.file-not-one-of", "place", o.at(key), "values", strings.Join(values, ", ")))
	}
	return ""
}
