package rules

import (
	"bytes"
	"io/fs"
	"strings"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate"
	"github.com/dealgate/dealgate/validate/fold"
)

// newReceipts holds the references of added bank lines against those of every
// customer, by file name alone: a change loads only the customers it touches.
var newReceipts = validate.ChangeRule{ // reports what uniqueReceipts names
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		added := map[string]validate.File{}
		for _, f := range ch.Files {
			if f.Verb == validate.Added && f.Place.Process == "receipt" && f.Place.Kind == fold.FactFile {
				added[f.Place.Suffix] = f
			}
		}
		if len(added) == 0 {
			return
		}
		eachCustomer(ch.Tree, func(dir string) {
			if ch.Head.Customer(dir[strings.LastIndexByte(dir, '/')+1:]) != nil {
				return // loaded, and judged as a whole
			}
			entries, _ := fs.ReadDir(ch.Tree, dir+"/receipts")
			for _, e := range entries {
				other := fold.Classify(dir + "/receipts/" + e.Name())
				if f, twice := added[other.Suffix]; twice && other.Kind == fold.FactFile {
					report(fileFinding("receipt/reference-twice", f, diag.Args{"reference": other.Suffix, "file": other.Path}))
				}
			}
		})
	},
}

// newCustomers holds an added or edited customer against all others.
var newCustomers = validate.ChangeRule{ // reports what uniqueCustomers names
	Check: func(ch *validate.Change, report func(diag.Diagnostic)) {
		for _, f := range ch.Files {
			cu := ch.Head.Customer(f.Place.Customer)
			if f.Place.Kind == fold.CustomerFile && f.Verb != validate.Deleted && cu != nil && cu.Header != nil {
				sameCustomer(ch, f, cu, report)
			}
		}
	},
}

func sameCustomer(ch *validate.Change, f validate.File, cu *fold.Customer, report func(diag.Diagnostic)) {
	eachCustomer(ch.Tree, func(dir string) {
		id := dir[strings.LastIndexByte(dir, '/')+1:]
		if ch.Head.Customer(id) != nil {
			return
		}
		data, err := fs.ReadFile(ch.Tree, dir+"/customer.yaml")
		if err != nil {
			return // its own finding says why
		}
		mine := cu.Header
		if !bytes.Contains(data, []byte(mine.Name.S)) && (mine.CreditCode.S == "" || !bytes.Contains(data, []byte(mine.CreditCode.S))) {
			return
		}
		body, _ := fold.ReadFile(ch.Tree, fold.Classify(dir+"/customer.yaml"), nil)
		other, ok := body.(*fact.CustomerHeader)
		if !ok {
			return
		}
		twice := func(rule string, t fact.Text) {
			report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: f.Path, Pos: t.At}, Args: diag.Args{"value": t.S, "first": id}})
		}
		if other.CreditCode.S != "" && other.CreditCode.S == mine.CreditCode.S {
			twice("customer/code-twice", mine.CreditCode)
		}
		if other.Name.S == mine.Name.S {
			twice("customer/name-twice", mine.Name)
		}
	})
}

func eachCustomer(fsys fs.FS, do func(dir string)) {
	root := fold.Root + "/customers"
	entries, _ := fs.ReadDir(fsys, root)
	for _, e := range entries {
		if e.IsDir() {
			do(root + "/" + e.Name())
		}
	}
}
