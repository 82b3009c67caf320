package site

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// shardSize bounds the bytes of one file of the search index before they are
// compressed; longWord those of one word.
const (
	shardSize = 96 << 10
	longWord  = 40
)

// index is what the search looks in: per language the pages, and the words
// with the pages that hold them. Each page is entered at its own place, so
// that pages can be made in any order.
type index struct {
	tasks []task
	words *vocabulary
	langs map[catalogue.Lang]*langIndex
	files map[catalogue.Lang]string // that name all shards, once written
}

type langIndex struct {
	docs  []doc
	words []wordSet // per page: twice the number of the word, and one more when it stands in the title
}

// vocabulary numbers words, so that each is held once.
type vocabulary struct {
	mu    sync.Mutex
	ids   map[string]uint32
	words []string
}

func newVocabulary() *vocabulary { return &vocabulary{ids: map[string]uint32{}} }

// id is the number of a word. The text that it was cut from is not held on to.
func (v *vocabulary) id(word string) uint32 {
	v.mu.Lock()
	defer v.mu.Unlock()
	id, known := v.ids[word]
	if !known {
		id, word = uint32(len(v.words)), strings.Clone(word)
		v.ids[word], v.words = id, append(v.words, word)
	}
	return id
}

// doc is a page as the search lists it: file, title, kind and what is said
// beside the title.
type doc [4]string

func newIndex(planned []task) *index {
	x := &index{words: newVocabulary(), langs: map[catalogue.Lang]*langIndex{}, files: map[catalogue.Lang]string{}}
	for _, t := range planned {
		if t.doc >= 0 {
			x.tasks = append(x.tasks, t)
		}
	}
	for _, l := range catalogue.Langs {
		x.langs[l] = &langIndex{make([]doc, len(x.tasks)), make([]wordSet, len(x.tasks))}
	}
	return x
}

// restore puts one page into the index that is as it was.
func (x *index) restore(i int, p keptPage) {
	for k, l := range catalogue.Langs {
		x.langs[l].docs[i], x.langs[l].words[i] = p.Docs[k], p.Words[k]
	}
}

// enter puts one page into the index of every language.
func (x *index) enter(i int) (docs []doc, sets []wordSet) {
	t := x.tasks[i]
	found := t.page.Find()
	for _, l := range catalogue.Langs {
		w, li := words{l}, x.langs[l]
		li.docs[i] = doc{t.page.File, w.say(t.page.Title), catalogue.Text(l, "site.kind."+t.kind.name, nil), w.say(t.page.Sub)}
		set := map[string]bool{}
		for _, v := range found {
			for _, word := range tokens(w.say(v)) {
				set[word] = set[word] || false
			}
		}
		for _, word := range tokens(w.say(t.page.Title)) {
			set[word] = true
		}
		ns := make([]uint32, 0, len(set))
		for word, inTitle := range set {
			ns = append(ns, 2*x.words.id(word)+uint32(boolInt(inTitle)))
		}
		li.words[i] = newWordSet(ns)
		docs, sets = append(docs, li.docs[i]), append(sets, li.words[i])
	}
	return docs, sets
}

// tokens are the words of a text as the search knows them: runs of letters and
// digits in lower case; of Chinese, each character and each pair of
// neighbours. assets/search.js cuts what is asked for in the same way.
func tokens(s string) []string {
	s = plainDigits(s)
	var out []string
	begin, han := -1, false // of the run that goes on; -1 between runs
	flush := func(end int) {
		switch {
		case begin < 0:
		case han:
			out = appendHan(out, s[begin:end])
		default:
			out = append(out, strings.ToLower(firstRunes(s[begin:end], longWord)))
		}
		begin = -1
	}
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush(i)
			continue
		}
		if is := unicode.Is(unicode.Han, r); is != han {
			flush(i)
			han = is
		}
		if begin < 0 {
			begin = i
		}
	}
	flush(len(s))
	return out
}

// plainDigits writes letters and digits of full width as usual, and numbers
// without commas between their thousands: an amount is found either way.
func plainDigits(s string) string {
	s = strings.Map(narrow, s)
	if !strings.Contains(s, ",") {
		return s
	}
	return numbers.ReplaceAllStringFunc(s, func(n string) string {
		if grouped.MatchString(n) {
			return strings.ReplaceAll(n, ",", "")
		}
		return n
	})
}

var (
	numbers = regexp.MustCompile(`[0-9]+(,[0-9]+)+`)
	grouped = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+$`)
)

func narrow(r rune) rune {
	const apart = 'Ａ' - 'A'
	if n := r - apart; '0' <= n && n <= '9' || 'A' <= n && n <= 'Z' || 'a' <= n && n <= 'z' {
		return n
	}
	return r
}

// appendHan adds each character of a run, and each pair of neighbours.
func appendHan(out []string, run string) []string {
	last := -1
	for i, r := range run {
		end := i + utf8.RuneLen(r)
		out = append(out, run[i:end])
		if last >= 0 {
			out = append(out, run[last:end])
		}
		last = i
	}
	return out
}

// firstRunes cuts a text after so many characters.
func firstRunes(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:i]
		}
		most--
	}
	return s
}

// writeIndex writes the shards of every language: classic scripts that each
// hand one piece to a global function, because a page opened from a disk can
// load nothing else.
func (m *Model) writeIndex(ctx context.Context, write Write) error {
	files := make([]string, len(catalogue.Langs))
	err := parallel(ctx, len(files), func(i int) (err error) {
		l := catalogue.Langs[i]
		files[i], err = m.index.langs[l].write("search/"+string(l)+"/", m.index.words.words, write)
		return err
	})
	for i, l := range catalogue.Langs {
		m.index.files[l] = files[i]
	}
	return err
}

func (li *langIndex) write(dir string, words []string, write Write) (string, error) {
	pages, err := shards(dir+"pages.js", len(li.docs), func(b []byte, i int) ([]byte, error) {
		data, err := json.Marshal(li.docs[i])
		return append(b, data...), err
	}, write)
	if err != nil {
		return "", err
	}
	all, places := li.postings(words)
	postings, err := shards(dir+"words.js", len(all), func(b []byte, i int) ([]byte, error) {
		b = append(append(b, `["`...), words[all[i]]...) // of letters and digits, which JSON writes as they are
		return append(appendDelta(append(b, `","`...), places[all[i]]), `"]`...), nil
	}, write)
	if err != nil {
		return "", err
	}
	type list struct {
		File  string `json:"file"`
		First string `json:"first"`
		From  int    `json:"from"`
	}
	var top struct {
		Pages []list `json:"pages"`
		Words []list `json:"words"`
	}
	for _, s := range pages {
		top.Pages = append(top.Pages, list{File: s.file, From: s.from})
	}
	for _, s := range postings {
		top.Words = append(top.Words, list{s.file, words[all[s.from]], s.from})
	}
	data, err := script("index", top)
	if err != nil {
		return "", err
	}
	name := digestName(dir+"index.js", data)
	return name, write(name, data)
}

// postings turn pages with words into sorted words with pages: twice the
// number of the page, and one more when the word stands in its title.
func (li *langIndex) postings(words []string) (sorted []uint32, places [][]int) {
	counts, total := make([]int, len(words)), 0
	for _, set := range li.words {
		for word := range set.all() {
			counts[word/2]++
			total++
		}
	}
	places = make([][]int, len(words))
	room := make([]int, total)
	for word, n := range counts {
		places[word], room = room[:0:n], room[n:]
	}
	for i, set := range li.words {
		for word := range set.all() {
			places[word/2] = append(places[word/2], 2*i+int(word%2))
		}
	}
	for word := range places {
		if len(places[word]) > 0 {
			sorted = append(sorted, uint32(word))
		}
	}
	slices.SortFunc(sorted, func(a, b uint32) int { return compareUnits(words[a], words[b]) })
	return sorted, places
}

// compareUnits orders words as scripts compare them: by units of UTF-16, in
// which rare characters come before some common ones.
func compareUnits(a, b string) int {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, k := utf8.DecodeRuneInString(b)
		if x != y {
			if (x > 0xFFFF) != (y > 0xFFFF) {
				return cmp.Compare(firstUnit(x), firstUnit(y))
			}
			return cmp.Compare(x, y)
		}
		a, b = a[n:], b[k:]
	}
	return cmp.Compare(len(a), len(b))
}

func firstUnit(r rune) rune {
	if r > 0xFFFF {
		high, _ := utf16.EncodeRune(r)
		return high
	}
	return r
}

// appendDelta writes ascending numbers as their differences, to the base 36.
func appendDelta(b []byte, ns []int) []byte {
	last := 0
	for i, n := range ns {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(n-last), 36)
		last = n
	}
	return b
}

// shard is one file of a list: its items from one on.
type shard struct {
	file string
	from int
}

// shards writes a list in files of a bounded size. Each item is appended in JSON.
func shards(name string, n int, item func(b []byte, i int) ([]byte, error), write Write) ([]shard, error) {
	var out []shard
	var data []byte
	size, from := 0, 0
	flush := func(next int) error {
		if next == from {
			return nil
		}
		data = append(data, "]);\n"...)
		file := digestName(name, data)
		if k := slices.IndexFunc(out, func(s shard) bool { return s.file == file }); k >= 0 {
			return fmt.Errorf("two shards of %s are the same", name)
		}
		out = append(out, shard{file, from})
		all := data
		data, size, from = nil, 0, next
		return write(file, all)
	}
	for i := range n {
		if i == from {
			data = append(make([]byte, 0, shardSize+shardSize/8), "dealgate.piece(["...)
		} else {
			data = append(data, ',')
		}
		before := len(data)
		var err error
		if data, err = item(data, i); err != nil {
			return nil, err
		}
		if size += len(data) - before; size >= shardSize {
			if err := flush(i + 1); err != nil {
				return nil, err
			}
		}
	}
	return out, flush(n)
}

// script is a call of a function of assets/search.js. JSON escapes what could
// end a script or a line of it.
func script(function string, v any) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("dealgate." + function + "(")
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	b.Write(data)
	b.WriteString(");\n")
	return b.Bytes(), nil
}
