package main

import (
	"bytes"
	"testing"

	"github.com/dealgate/dealgate/schema/catalogue"
)

func TestProgressIsOneLine(t *testing.T) {
	var out bytes.Buffer
	p := &progress{out: &out, l: catalogue.EN}
	p.say("render.doing.deals", nil)
	for done := range 301 {
		p.pages(done, 300)
	}
	p.clear()
	p.clear()
	if got := bytes.Count(out.Bytes(), []byte(wipe)); got != 1+101+1 {
		t.Errorf("the line was written %d times", got)
	}
	if bytes.ContainsRune(out.Bytes(), '\n') || !bytes.HasSuffix(out.Bytes(), []byte(wipe)) {
		t.Errorf("shown: %q", out.String())
	}

	out.Reset()
	p = newProgress(&out, catalogue.EN) // a file or a pipe: nobody is looking
	p.say("render.doing.deals", nil)
	p.pages(1, 2)
	p.clear()
	if out.Len() > 0 {
		t.Errorf("shown: %q", out.String())
	}
}
