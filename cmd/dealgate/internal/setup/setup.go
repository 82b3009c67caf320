// Package setup writes what a company's own repository begins with: its rules
// and people, an example deal, the workflows that guard it, and the words that
// tell everybody what to click. It is pure: it returns files.
package setup

import (
	"embed"
	"encoding/json"
	"net"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"gopkg.in/yaml.v3"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/schema/source"
	"github.com/dealgate/dealgate/schema/value"
	"github.com/dealgate/dealgate/validate/fold"
)

// File is one file of the new repository.
type File struct {
	Path string // relative to its root, with slashes
	Data []byte
}

// Options say whose repository it is and where it will live.
type Options struct {
	Forge      string // github or gitea; Forgejo reads what Gitea reads
	Company    string // "" for an example
	Lang       catalogue.Lang
	URL        string // of the forge, "" for github.com or an example
	Repository string // owner/name
	Branch     string // that changes land on
	Approvals  string // reviews or none
	Validator  string // what the workflows install, one pinned version of it
	Runner     string // label of the machines that run the workflows
	Date       value.Day
	Signers    string   // lines that allow keys to sign statements, "" for none
	People     []Person // by role; an example stands for each role that nobody holds
}

// Forges are the kinds of forge that a repository can be set up for.
var Forges = []string{"github", "gitea"}

// Error is a reason why no repository can be set up; its words stand in the
// catalogue under Key.
type Error struct {
	Key  string
	Args diag.Args
}

// In returns the error's words in a language.
func (e *Error) In(l catalogue.Lang) string { return catalogue.Text(l, e.Key, e.Args) }

// Error returns the words in English.
func (e *Error) Error() string { return e.In(catalogue.EN) }

//go:embed all:templates
var templates embed.FS

// layout says which template becomes which file. {forge} and {lang} stand for
// those asked for.
var layout = []struct{ to, from string }{
	{"README.md", "README.{lang}.md"},
	{".gitattributes", "gitattributes"},
	{".gitignore", "gitignore"},
	{".vscode/extensions.json", "extensions.json"},
	{"deals/policy.yaml", "policy.yaml"},
	{"deals/roster.yaml", "roster.yaml"},
	{"deals/customers/hengtai/customer.yaml", "customer.yaml"},
	{"deals/{year}/hengtai-harness/deal.yaml", "deal.yaml"},
	{"deals/{year}/hengtai-harness/{day}-lead.yaml", "lead.yaml"},
	{"deals/{year}/hengtai-harness/{day}-qualify.yaml", "qualify.yaml"},
	{"deals/{year}/hengtai-harness/evidence/customer-form.md", "customer-form.md"},
	{".{forge}/workflows/gate.yml", "{forge}/gate.yml"},
	{".{forge}/workflows/review.yml", "{forge}/review.yml"},
	{".{forge}/workflows/land.yml", "{forge}/land.yml"},
	{".{forge}/pull_request_template.md", "pull_request_template.{lang}.md"},
}

// Files returns the repository's files, sorted by path. The same options give
// the same bytes.
func Files(opt Options) ([]File, error) {
	if err := opt.complete(); err != nil {
		return nil, err
	}
	names := strings.NewReplacer(
		"{forge}", opt.Forge, "{lang}", string(opt.Lang), "{day}", opt.Date.String(), "{year}", opt.Date.String()[:4])
	var files []File
	for _, f := range layout {
		data, err := opt.fill(names.Replace(f.from))
		if err != nil {
			return nil, err
		}
		files = append(files, File{names.Replace(f.to), data})
	}
	owners, err := opt.owners(files)
	if err != nil {
		return nil, err
	}
	files = append(files, owners, File{".vscode/settings.json", settings()})
	if opt.Signers != "" {
		files = append(files, File{fold.SignersPath, []byte(opt.Signers)})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// fill fills in one template. Its marks are [[ ]]: workflows have use for {{ }}.
func (opt Options) fill(name string) ([]byte, error) {
	funcs := template.FuncMap{
		"t": func(key string) string { return catalogue.Text(opt.Lang, "setup."+key, nil) },
		"y": scalar,
		"role": func(role string) string {
			return catalogue.Text(opt.Lang, "role."+role, nil)
		},
	}
	t, err := template.New(path.Base(name)).Delims("[[", "]]").Funcs(funcs).Option("missingkey=error").ParseFS(templates, "templates/"+name, "templates/*.part")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	err = t.Execute(&b, opt)
	return []byte(b.String()), err
}

// scalar writes a text as a value of YAML, in quotes where it needs them.
func scalar(s string) (string, error) {
	data, err := yaml.Marshal(s)
	return strings.TrimSpace(string(data)), err
}

// owners makes CODEOWNERS from the policy and roster that were written.
func (opt Options) owners(files []File) (File, error) {
	policy, roster := new(fact.Policy), new(fact.Roster)
	for path, into := range map[string]any{"deals/policy.yaml": policy, "deals/roster.yaml": roster} {
		i := slices.IndexFunc(files, func(f File) bool { return f.Path == path })
		doc, _ := source.Parse(path, files[i].Data)
		if doc == nil || fact.Decode(doc.Root, into) != nil {
			return File{}, &Error{"setup.error.unusable", diag.Args{"file": path}}
		}
	}
	o := Owners{opt.Forge, opt.Host(), opt.Lang, policy, fold.NewRoster(roster), opt.Date}
	return File{o.Path(), o.Data()}, nil
}

// settings tell the editor which schema a file has, by its name.
func settings() []byte {
	schemas := map[string][]string{}
	for _, s := range schema.AllSteps().All() {
		schemas[schema.BaseURL+s.ID()+".json"] = globs(s)
	}
	data, err := json.MarshalIndent(map[string]any{"yaml.schemas": schemas}, "", "  ")
	if err != nil {
		panic(err) // strings alone are always JSON
	}
	return append(data, '\n')
}

var (
	repository = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}/[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)
	branch     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,99})*$`)
	runner     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$`)
	// A validator is a version of the module, or an address with its digest.
	validator = regexp.MustCompile(`^([A-Za-z0-9./_-]+@v[0-9][A-Za-z0-9.+-]*|https://[A-Za-z0-9./_:%+-]+#sha256=[0-9a-f]{64})$`)
	unwritten = regexp.MustCompile(`[\pC\p{Zl}\p{Zp}]`) // control, format and line characters
)

// complete refuses what cannot be written, and fills in what was left out.
func (opt *Options) complete() error {
	if !slices.Contains(Forges, opt.Forge) {
		return &Error{"setup.error.forge", diag.Args{"forge": opt.Forge, "known": Forges}}
	}
	example := func(to *string, key string) {
		if *to == "" {
			*to = catalogue.Text(opt.Lang, "setup.example."+key, nil)
		}
	}
	example(&opt.Company, "company")
	example(&opt.Repository, "repository")
	example(&opt.URL, opt.Forge+"-url")
	for _, v := range []struct {
		flag, value string
		fits        bool
	}{
		{"--company", opt.Company, !unwritten.MatchString(opt.Company) && len(opt.Company) < 200},
		{"--repository", opt.Repository, repository.MatchString(opt.Repository)},
		{"--branch", opt.Branch, branch.MatchString(opt.Branch)},
		{"--runner", opt.Runner, runner.MatchString(opt.Runner)},
		{"--approvals", opt.Approvals, opt.Approvals == "reviews" || opt.Approvals == "none"},
		{"--validator", opt.Validator, validator.MatchString(opt.Validator)},
		{"--url", opt.URL, plainAddress(opt.URL)},
	} {
		if !v.fits {
			return &Error{"setup.error.value", diag.Args{"flag": v.flag, "value": v.value, "want": diag.Term("setup.want." + strings.TrimPrefix(v.flag, "--"))}}
		}
	}
	if insecure(opt.URL) {
		return &Error{"setup.error.insecure", diag.Args{"value": opt.URL}}
	}
	opt.URL = strings.TrimRight(opt.URL, "/")
	return opt.staff()
}

// plainAddress accepts the address of a forge without anything secret in it.
func plainAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" &&
		u.User == nil && u.RawQuery == "" && u.Fragment == "" && !strings.ContainsAny(s, "\"'`$\\ ") && !unwritten.MatchString(s)
}

// insecure reports whether the gate would refuse to send its token to an
// address. Only to this machine itself may it go unencrypted.
func insecure(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "https" {
		return err != nil
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())
}

// Host is where the accounts of the people are.
func (opt Options) Host() string {
	u, err := url.Parse(opt.URL)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// AccountAddress is where the forge tells the numeric id of an account.
func (opt Options) AccountAddress() string {
	switch {
	case opt.Forge == "gitea":
		return opt.URL + "/api/v1/users/LOGIN"
	case opt.Host() == "github.com":
		return "https://api.github.com/users/LOGIN"
	}
	return opt.URL + "/api/v3/users/LOGIN"
}

// ID names the repository in digests and statements, whatever it is called on
// the forge later.
func (opt Options) ID() string {
	return strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(opt.Repository))
}

// Address is the repository's page.
func (opt Options) Address() string { return opt.URL + "/" + opt.Repository }

// NewFile is the forge's page that adds a file to a folder.
func (opt Options) NewFile(dir string) string {
	action := "/new/"
	if opt.Forge == "gitea" {
		action = "/_new/"
	}
	return opt.Address() + action + opt.Branch + "/" + dir
}

// Year and Day are when the example deal begins.
func (opt Options) Year() string { return opt.Date.String()[:4] }

// Day is the day of the example's facts.
func (opt Options) Day() string { return opt.Date.String() }

// Status is the context of the commit status that a branch must require.
func (opt Options) Status() string { return StatusContext(opt.Branch) }

// StatusContext names the commit status of the gate for one target branch, so
// that what is allowed to land on one branch says nothing about another.
func StatusContext(branch string) string { return "dealgate (" + branch + ")" }
