package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience bounds a whole look at one page, so that a browser that hangs fails
// its test; nothing waits for it otherwise.
const patience = 2 * time.Minute

// screen is what a reader looks at a page with.
type screen struct {
	name          string
	width, height int64
	scheme        string // prefers-color-scheme
}

var screens = []screen{
	{"a phone in the light", 390, 844, "light"},
	{"a desk in the dark", 1280, 900, "dark"},
	{"a wide screen", 1920, 1080, "light"},
}

// browser is one Chromium for all tests of a test function.
type browser struct {
	*testing.T
	ctx context.Context
	axe string // the text of axe-core
}

func newBrowser(t *testing.T) *browser {
	axe := needed(t, "DEALGATE_AXE", "the file axe.min.js (npm axe-core)")
	text, err := os.ReadFile(axe)
	must(t, err)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.Flag("disable-quic", true))
	if os.Geteuid() == 0 { // Chromium has no sandbox for root
		options = append(options, chromedp.NoSandbox)
	}
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, done := chromedp.NewContext(allocated)
	t.Cleanup(done)
	must(t, chromedp.Do(ctx)) // starts it
	return &browser{t, ctx, string(text)}
}

// needed is a file that a test needs, named by a variable; without it the test
// is skipped, or fails where nothing may be.
func needed(t *testing.T, variable, what string) string {
	t.Helper()
	name := os.Getenv(variable)
	if name == "" && os.Getenv("DEALGATE_REQUIRE_ALL") == "1" {
		t.Fatalf("%s does not name %s", variable, what)
	}
	if name == "" {
		t.Skipf("%s does not name %s", variable, what)
	}
	return name
}

// tab is a page that is open.
type tab struct {
	*testing.T
	ctx context.Context
	axe string

	mu    sync.Mutex
	asked []string // every address that was requested
	cries []string // what the browser complained about
}

// opens shows a page on a screen, and closes it when the test ends.
func (b *browser) opens(t *testing.T, address string, on screen) *tab {
	t.Helper()
	ctx, closed := chromedp.NewContext(b.ctx)
	t.Cleanup(closed)
	ctx, stop := context.WithTimeout(ctx, patience)
	t.Cleanup(stop)
	p := &tab{T: t, ctx: ctx, axe: b.axe}
	must(t, chromedp.Listen(ctx, p.hears))
	calls(p, network.Enable, network.EnableParams{})
	calls(p, log.Enable, cdp.Empty{})
	calls(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: on.scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	p.does(chromedp.EmulateViewport(on.width, on.height), chromedp.Navigate(address))
	return p
}

func (p *tab) hears(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.asked = append(p.asked, e.Request.URL)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.cries = append(p.cries, e.Entry.Text)
		}
	case *runtime.EventExceptionThrown:
		p.cries = append(p.cries, e.ExceptionDetails.Text)
	}
}

func (p *tab) does(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	must(p, chromedp.Do(p.ctx, steps...))
}

// calls gives the browser a command of its protocol.
func calls[P, R any](p *tab, command cdp.Command[P, R], params P) {
	p.Helper()
	_, err := chromedp.Call(p.ctx, command, params)
	must(p, err)
}

// says evaluates an expression that is a string, or promises one.
func (p *tab) says(expression string) string {
	p.Helper()
	out, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	must(p, err)
	return out
}

// waits until an expression is true.
func (p *tab) waits(expression string) {
	p.Helper()
	p.does(chromedp.Poll[chromedp.Void](expression))
}

// stays holds a page to requests below one address, and to no complaint of the
// browser: a file that is not there, a breach of the security policy, an error
// of a script.
func (p *tab) stays(below string) {
	p.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, address := range p.asked {
		if !strings.HasPrefix(address, below) && !strings.HasPrefix(address, "blob:") {
			p.Errorf("asks for %s, outside of %s", address, below)
		}
	}
	for _, cry := range p.cries {
		p.Errorf("the browser complains: %s", cry)
	}
}

// fits holds a page to the width of its screen.
func (p *tab) fits() {
	p.Helper()
	wide := p.says(`(function () {
		var width = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= width) return "";
		function scrolls(e) { return e && e !== document.body && (getComputedStyle(e).overflowX !== "visible" || scrolls(e.parentElement)); }
		var out = Array.from(document.querySelectorAll("body *")).filter(function (e) {
			return e.getBoundingClientRect().right > width + 1 && !scrolls(e.parentElement);
		});
		return "of " + document.documentElement.scrollWidth + " pixels: " + out.slice(0, 3).map(function (e) { return e.outerHTML.slice(0, 120); }).join(" | ");
	})()`)
	if wide != "" {
		p.Errorf("is wider than the screen, %s", wide)
	}
}

// violation is something that axe finds.
type violation struct {
	ID, Help string
	Nodes    []struct {
		HTML           string
		FailureSummary string
	}
}

// isAccessible holds a page to what axe knows of WCAG 2.2 AA and good practice.
func (p *tab) isAccessible() {
	p.Helper()
	p.does(chromedp.Evaluate[chromedp.Void](p.axe))
	found := p.says(`axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], preload: false
	}).then(function (r) { return JSON.stringify(r.violations); })`)
	var violations []violation
	must(p, json.Unmarshal([]byte(found), &violations))
	for _, v := range violations {
		n := v.Nodes[0]
		p.Errorf("axe: %s (%s), %d times, first at\n\t%s\n\t%s", v.Help, v.ID, len(v.Nodes), clipped(n.HTML), strings.ReplaceAll(n.FailureSummary, "\n", "\n\t"))
	}
}

// local is the address of a file on the disk.
func local(name string) string {
	return (&url.URL{Scheme: "file", Path: name}).String()
}

func (s screen) String() string { return fmt.Sprintf("%s, %d pixels", s.name, s.width) }
