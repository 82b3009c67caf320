package site

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/fold"
)

// The pages of the forge that the site links to, where policy names a forge. A
// reader's click leads there; nothing is loaded from it.

// commitURL is the page of a commit.
func (m *Model) commitURL(hash string) string { return m.forge("commit", hash) }

// sourceURL is the page of a file as it stands in a commit.
func (m *Model) sourceURL(hash, path string) string {
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	view := "src/commit"
	if m.forgeKind() == "github" {
		view = "blob"
	}
	return m.forge(view, hash+"/"+strings.Join(parts, "/"))
}

// uploadURL is the page that uploads files into a folder, which need not be
// there yet.
func (m *Model) uploadURL(dir string) string {
	if m.forgeKind() == "" {
		return ""
	}
	view := "upload"
	if m.forgeKind() == "gitea" {
		view = "_upload"
	}
	return m.forge(view, url.PathEscape(m.Company.Policy.Forge.Branch.S)+"/"+dir)
}

// pullURL is the page of a pull request.
func (m *Model) pullURL(p Pull) string {
	switch {
	case p.Number == 0 || p.URL != "":
		return p.URL
	case m.forgeKind() == "github":
		return m.forge("pull", strconv.Itoa(p.Number))
	}
	return m.forge("pulls", strconv.Itoa(p.Number))
}

func (m *Model) forgeKind() string {
	if p := m.Company.Policy; p != nil && p.Forge != nil {
		return p.Forge.Kind.S
	}
	return ""
}

// forge joins an address below the repository, empty without a forge.
func (m *Model) forge(view, rest string) string {
	if m.forgeKind() == "" {
		return ""
	}
	f := m.Company.Policy.Forge
	return strings.TrimSuffix(f.Url.S, "/") + "/" + f.Repository.S + "/" + view + "/" + rest
}

// NewFileAddress is the forge's page that creates a file with something in it: a
// form that anyone can use. A name with a slash makes a folder.
func NewFileAddress(p *fact.Policy, dir, name, content string) string {
	action := "/new/"
	if p.Forge.Kind.S == "gitea" {
		action = "/_new/"
	}
	base := strings.TrimSuffix(p.Forge.Url.S, "/") + "/" + p.Forge.Repository.S
	query := url.Values{"filename": {name}, "value": {content}}
	return base + action + url.PathEscape(p.Forge.Branch.S) + "/" + dir + "?" + query.Encode()
}

// form leads to the forge's form for a file that nothing waits for, such as that
// of a deal that begins.
type form struct {
	Label any
	URL   string
}

// newCustomer is the form for a customer, none without a forge.
func (m *Model) newCustomer() []form {
	return m.forms(diag.Term("site.form.customer"), path.Join(fold.Root, "customers"), fold.Unnamed+"/customer.yaml", schema.AllSteps().Get("", "customer"), nil)
}

// ofCustomer are the forms for what a customer brings: a deal, and money.
func (m *Model) ofCustomer(cu *fold.Customer) []form {
	year := strconv.Itoa(m.AsOf.Year())
	deal := m.forms(diag.Term("site.form.deal"), path.Join(fold.Root, year), cu.ID+"-"+fold.Unnamed+"/deal.yaml", schema.AllSteps().Get("", "deal"), map[string]string{"customer": cu.ID})
	return append(deal, m.receipt(diag.Term("site.form.receipt"), cu)...)
}

// mostReceipts bounds for how many customers a reader finds the form for money.
const mostReceipts = 8

// moneyForms are the forms for money from the customers who owe some, whose
// payment is overdue first.
func (m *Model) moneyForms() []form {
	dues := slices.Clone(m.Desk.Overdue)
	for _, d := range m.Deals {
		dues = append(dues, d.Dues...)
	}
	var out []form
	seen := map[*fold.Customer]bool{}
	for _, x := range dues {
		cu := x.Deal.Customer
		if cu == nil || seen[cu] || len(out) == mostReceipts {
			continue
		}
		seen[cu] = true
		out = append(out, m.receipt(phrase("site.form.receipt-of", "name", customerName(cu)), cu)...)
	}
	return out
}

func (m *Model) receipt(label any, cu *fold.Customer) []form {
	return m.forms(label, path.Join(cu.Dir, "receipts"), m.AsOf.String()+"-"+fold.Unnamed+".yaml", schema.AllSteps().Get("receipt", "receipt"), nil)
}

func (m *Model) forms(label any, dir, name string, s *schema.Step, known map[string]string) []form {
	if m.forgeKind() == "" {
		return nil
	}
	return []form{{label, NewFileAddress(m.Company.Policy, dir, name, s.Template(m.Default, known))}}
}
