package rules

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate"
)

// TestAcrossCustomers holds that a change is compared with the customers that
// it does not touch: their invoices, bills and names.
func TestAcrossCustomers(t *testing.T) {
	const invoice = "by: qian-fang\nnumber: \"25442000000012345678\"\nnet: 1000\ntax: 130\ncredits: \"26312000000087654321\"\n"
	const voided = "by: qian-fang\ncorrects: 2025-11-25-invoice.yaml\naction: void\nreason: 登记有误\n"
	const bill = "by: qian-fang\npayer: 恒泰汽车有限公司\ngross: 500\nkind: bank-bill\nbill: \"1305840000128\"\nmaturity: 2026-12-31\n"
	const receipts, orders = "deals/customers/hengtai/receipts/", "deals/2025/hengtai-harness/orders/so-0107/"
	const added = "deals/2025/ruifeng-radar/orders/so-0201/2026-05-05-invoice.yaml"
	for name, tc := range map[string]struct {
		base       map[string]string
		path, data string
		want       []string
	}{
		"invoice":        {nil, added, invoice, []string{"invoice/number-twice"}},
		"other invoice":  {nil, added, strings.Replace(invoice, "25442", "25443", 1), nil},
		"voided invoice": {map[string]string{orders + "2025-11-26-correct.yaml": voided}, added, invoice, nil},
		"bill": {
			map[string]string{receipts + "2026-05-01-icbc-1.yaml": bill}, "deals/customers/ruifeng/receipts/2026-05-02-ccb-1.yaml",
			strings.Replace(bill, "恒泰汽车", "瑞丰电子", 1), []string{"receipt/bill-twice"},
		},
		"name under an alias": {
			map[string]string{"deals/customers/hengtai/customer.yaml": "name: 恒泰汽车有限公司\naliases: [恒泰汽车（中国）有限公司]\n"},
			"deals/customers/ht/customer.yaml", "name: 恒泰汽车(中国)有限公司\n", []string{"customer/name-twice"},
		},
		"alias of a name": {nil, "deals/customers/ht/customer.yaml", "name: 某某有限公司\naliases: [恒泰汽车有限公司]\n", []string{"customer/name-twice"}},
		"alias of an alias": {
			map[string]string{"deals/customers/hengtai/customer.yaml": "name: 恒泰汽车有限公司\naliases: [恒泰]\n"},
			"deals/customers/ht/customer.yaml", "name: 某某有限公司\naliases: [恒泰]\n", nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := bothStories(t)
			for path, data := range tc.base {
				x.story[strings.TrimPrefix(path, "deals/")] = data
			}
			base := x.tree(t, "base")
			x.story[strings.TrimPrefix(tc.path, "deals/")] = tc.data
			head := x.tree(t, "head")
			files := []validate.File{validate.NewFile(tc.path, validate.Added)}
			_, found, err := validate.Judge(context.Background(), base, head, files, All, validate.Options{AsOf: value.MustDay("2026-05-31")})
			if err != nil {
				t.Fatal(err)
			}
			if got := judgedErrors(found); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// bothStories is a company in which both stories are told.
func bothStories(t *testing.T) *example {
	t.Helper()
	x, err := parseExample([]byte("story: direct\n\nBoth.\n"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := readStory("tendered")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range other {
		x.story[name] = data
	}
	return x
}

func judgedErrors(found []diag.Diagnostic) []string {
	var out []string
	for _, d := range found {
		if d.Severity == diag.Error {
			out = append(out, d.Rule)
		}
	}
	return out
}
