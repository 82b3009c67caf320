package main

import (
	"bufio"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/cmd/dealgate/internal/setup"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// asksPeople reports whether there is somebody at a terminal to be asked.
func asksPeople(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull) // a device too, but nobody sits there
	return err == nil && !os.SameFile(info, null)
}

// questions asks one at a time, and no more once the input has ended.
type questions struct {
	in   *bufio.Scanner
	out  io.Writer
	l    catalogue.Lang
	done bool
}

func (q *questions) ask(key string, args diag.Args, preset string) string {
	if q.done {
		return preset
	}
	text := catalogue.Text(q.l, key, args)
	if preset != "" {
		text += " [" + preset + "]"
	}
	if _, err := io.WriteString(q.out, text+catalogue.Text(q.l, "setup.ask.colon", nil)); err != nil || !q.in.Scan() {
		q.done = true
		return preset
	}
	if answer := strings.TrimSpace(q.in.Text()); answer != "" {
		return answer
	}
	return preset
}

func (q *questions) tell(text string) {
	if _, err := io.WriteString(q.out, text+"\n"); err != nil {
		q.done = true
	}
}

// asked are the roles that even the smallest company has.
var asked = []string{"general-manager", "department-manager", "marketing", "marketing-manager", "finance"}

// ask asks for what no flag says. An answer that cannot be used is asked for
// again at once, not after the last question.
func (f *initFlags) ask(cmd *cobra.Command, q *questions) {
	given := cmd.Flags().Changed
	if !given("language") && !given("lang") {
		f.askLanguage(q)
	}
	q.tell(catalogue.Text(q.l, "setup.ask.intro", nil))
	if f.Validator == "" { // first, since without it nothing else is sound
		f.askValue(q, "validator", &f.Validator, "")
	}
	if !given("forge") {
		f.askValue(q, "forge", &f.Forge, f.Forge)
	}
	example := func(name string) string { return catalogue.Text(q.l, "setup.example."+name, nil) }
	for _, v := range []struct {
		flag   string
		to     *string
		preset string
	}{
		{"company", &f.Company, example("company")},
		{"url", &f.URL, example(f.Forge + "-url")},
		{"repository", &f.Repository, example("repository")},
	} {
		if !given(v.flag) {
			f.askValue(q, v.flag, v.to, v.preset)
		}
	}
	q.tell(catalogue.Text(q.l, "setup.ask.people", diag.Args{"address": f.AccountAddress()}))
	for _, role := range asked {
		if len(*f.people[role]) == 0 && (role != "general-manager" || len(f.gm) == 0) {
			f.askPerson(q, role)
		}
	}
}

// askLanguage asks for the language of the repository, and goes on in it.
func (f *initFlags) askLanguage(q *questions) {
	for {
		l, err := parseLang(q.ask("setup.ask.language", nil, string(f.Lang)))
		if err == nil {
			f.Lang, q.l = l, l
			return
		}
		q.tell(words(q.l, err))
	}
}

func (f *initFlags) askValue(q *questions, key string, to *string, preset string) {
	for {
		*to = q.ask("setup.ask."+key, nil, preset)
		if f.sound(q) || q.done {
			return
		}
	}
}

// askPerson asks until the answer is a person or empty.
func (f *initFlags) askPerson(q *questions, role string) {
	for {
		answer := q.ask("setup.ask.person", diag.Args{"role": diag.Term("role." + role)}, "")
		if answer == "" {
			return
		}
		p, err := setup.ParsePerson(role, answer)
		if err != nil {
			q.tell(words(q.l, err))
			continue
		}
		f.People = append(f.People, p)
		if f.sound(q) {
			return
		}
		f.People = f.People[:len(f.People)-1]
	}
}

// sound reports whether a repository can be made of the answers so far, and
// says why not.
func (f *initFlags) sound(q *questions) bool {
	_, err := setup.Files(f.Options)
	if err != nil {
		q.tell(words(q.l, err))
	}
	return err == nil
}
