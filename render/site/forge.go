package site

import (
	"net/url"
	"strconv"
	"strings"
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
