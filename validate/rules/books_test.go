package rules

import (
	"context"
	"io/fs"
	"strings"
	"testing/fstest"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// books are what a case says that the ledger gives for a period: its section
// ledger/…, else what is closed. A side may be without books.
func (x *example) books(side string) validate.Books {
	if _, without := x.header[side+"-books"]; without {
		return nil
	}
	return func(_ context.Context, tree fs.FS, month value.Month) (*fact.PayoutClose, []diag.Diagnostic, error) {
		path := fold.PayoutsDir + "/" + month.String() + ".yaml"
		for _, f := range x.files {
			if f.Name == strings.Replace(path, fold.Root, "ledger", 1) {
				tree = fstest.MapFS{path: &fstest.MapFile{Data: f.Data}}
			}
		}
		body, findings := fold.ReadFile(tree, fold.Classify(path), nil)
		b, _ := body.(*fact.PayoutClose)
		return b, findings, nil
	}
}
