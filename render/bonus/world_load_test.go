package bonus_test

import (
	"context"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// failer is what *testing.T and *rapid.T have in common.
type failer interface {
	Helper()
	Fatalf(string, ...any)
}

// load folds files as of a day; a made-up company has no error.
func load(t failer, files map[string]string, asOf value.Day) *fold.Company {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	c, err := fold.Load(context.Background(), fsys, fold.Options{AsOf: asOf, Today: asOf + 10000})
	if err != nil {
		t.Fatalf("%v", err)
	}
	all := c.Findings
	for _, cu := range c.Customers {
		all = append(all, cu.Findings...)
	}
	for _, d := range c.Deals() {
		all = append(all, d.Findings...)
	}
	for _, f := range all {
		if f.Severity == diag.Error {
			t.Fatalf("%s:%d %s %s: %s\n%s", f.File, f.Line, f.Rule, f.Row, catalogue.Explain(catalogue.EN, f).Found, files[f.File])
		}
	}
	return c
}
