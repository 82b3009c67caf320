package rules

import (
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
	mine := cu.Header
	codes, names, all := map[string]string{}, map[string]string{}, map[string]string{}
	eachCustomer(ch.Tree, func(dir string) {
		id := dir[strings.LastIndexByte(dir, '/')+1:]
		if ch.Head.Customer(id) != nil {
			return
		}
		data, err := fs.ReadFile(ch.Tree, dir+"/customer.yaml")
		if err != nil || !speaksOf(plainText(string(data)), mine) {
			return // its own finding says why
		}
		body, _ := fold.ReadFile(ch.Tree, fold.Classify(dir+"/customer.yaml"), nil)
		other, ok := body.(*fact.CustomerHeader)
		if !ok {
			return
		}
		codes[nameKey(other.CreditCode)], names[nameKey(other.Name)], all[nameKey(other.Name)] = id, id, id
		for _, alias := range other.Aliases {
			all[nameKey(alias)] = id
		}
	})
	at := func(rule string, t fact.Text, first string) {
		report(diag.Diagnostic{Rule: rule, Span: diag.Span{File: f.Path, Pos: t.At}, Args: diag.Args{"value": t.S, "first": first}})
	}
	taken(codes, cu.ID, mine.CreditCode, "customer/code-twice", at)
	taken(all, cu.ID, mine.Name, "customer/name-twice", at)
	for _, alias := range mine.Aliases {
		taken(names, cu.ID, alias, "customer/name-twice", at)
	}
}

// speaksOf reports whether a customer's file, as it stands, mentions a name or
// code of another: only then is it read in earnest.
func speaksOf(file string, h *fact.CustomerHeader) bool {
	for _, t := range append([]fact.Text{h.Name, h.CreditCode}, h.Aliases...) {
		if t.S != "" && strings.Contains(file, nameKey(t)) {
			return true
		}
	}
	return false
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
