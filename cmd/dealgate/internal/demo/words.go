package demo

import (
	_ "embed"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

//go:embed words.yaml
var wordsFile []byte

// lexicon is what the invented company is made of.
type lexicon struct {
	Company, Repository, Domain string
	CustomerName                string `yaml:"customer-name"`
	DealTitle                   string `yaml:"deal-title"`
	ShortTitle                  string `yaml:"short-title"`
	Baseline, Subject           string
	More, Between               string
	Surnames                    []spelt
	GivenNames                  []spelt  `yaml:"given-names"`
	NameHeads                   []spelt  `yaml:"name-heads"`
	NameTails                   []spelt  `yaml:"name-tails"`
	TeamNumbers                 []string `yaml:"team-numbers"`
	Regions                     []spelt
	Cities                      []city
	Industries, Posts           []string
	Products                    []product
	Texts                       map[string][]string
	Evidence                    map[string]string
}

type city struct{ Name, Code string }

type product struct {
	Slug, Name, Unit, Function string
	Price                      yuan
	Quantity                   int
}

// spelt is a word with its spelling in small letters.
type spelt struct{ word, letters string }

// UnmarshalYAML reads "word letters".
func (s *spelt) UnmarshalYAML(n *yaml.Node) error {
	s.word, s.letters, _ = strings.Cut(n.Value, " ")
	return nil
}

var words = sync.OnceValue(func() *lexicon {
	w := &lexicon{}
	if err := yaml.Unmarshal(wordsFile, w); err != nil {
		panic(err) // the words are part of the program; a test reads them
	}
	return w
})

// fill puts values into the {placeholders} of a text.
func fill(text string, pairs ...string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	with := make([]string, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		with[i], with[i+1] = "{"+pairs[i]+"}", pairs[i+1]
	}
	return strings.NewReplacer(with...).Replace(text)
}
