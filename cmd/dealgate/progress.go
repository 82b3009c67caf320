package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// progress says on one line of a terminal what is being done. A nil progress
// says nothing.
type progress struct {
	out io.Writer
	l   catalogue.Lang

	mu    sync.Mutex // guards what follows
	shown string
}

// newProgress is nil where nobody is looking.
func newProgress(out io.Writer, l catalogue.Lang) *progress {
	if !isTerminal(out) {
		return nil
	}
	return &progress{out: out, l: l}
}

// wipe goes back to the beginning of the line and empties it.
const wipe = "\r\x1b[K"

// say replaces what is shown.
func (p *progress) say(key string, args diag.Args) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if text := catalogue.Text(p.l, key, args); text != p.shown {
		p.shown = text
		fmt.Fprint(p.out, wipe+text)
	}
}

// pages shows how many hundredths of the pages are done.
func (p *progress) pages(done, total int) {
	if p != nil {
		p.say("render.doing.pages", diag.Args{"percent": 100 * done / max(1, total), "pages": total})
	}
}

// clear leaves an empty line for what is said next.
func (p *progress) clear() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown != "" {
		fmt.Fprint(p.out, wipe)
	}
	p.shown = ""
}
