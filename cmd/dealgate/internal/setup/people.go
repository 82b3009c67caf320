package setup

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
)

// Person is somebody in the new roster. Without an account he can approve
// nothing.
type Person struct {
	ID, Name string
	Roles    []string
	Login    string
	Number   int64 // of the account on the forge
	Mails    []string
}

// Teams reports whether the person belongs to the example team.
func (p Person) Teams() bool { return p.holds("marketing-manager") || p.holds("team-member") }

func (p Person) holds(role string) bool { return slices.Contains(p.Roles, role) }

var (
	mail   = regexp.MustCompile(`^[^\s<>"'\[\]{},@]{1,64}@[A-Za-z0-9.-]{1,200}$`)
	notID  = regexp.MustCompile(`[^a-z0-9]+`)
	goodID = regexp.MustCompile(schema.IDPattern)
)

// ParsePerson reads name/login/id or name/login/id/mail.
func ParsePerson(role, s string) (Person, error) {
	refused := &Error{"setup.error.person", diag.Args{"value": s, "role": diag.Term("role." + role)}}
	parts := strings.Split(s, "/")
	if len(parts) < 3 || len(parts) > 4 {
		return Person{}, refused
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	p := Person{Name: parts[0], Roles: []string{role}, Login: parts[1]}
	var err error
	p.Number, err = strconv.ParseInt(parts[2], 10, 64)
	if err != nil || p.Number <= 0 || p.Number > schema.MaxInteger || !login.MatchString(p.Login) ||
		p.Name == "" || len([]rune(p.Name)) > schema.MaxName || unwritten.MatchString(p.Name) {
		return Person{}, refused
	}
	if len(parts) == 4 {
		if !mail.MatchString(parts[3]) {
			return Person{}, refused
		}
		p.Mails = []string{parts[3]}
	}
	p.ID = strings.Trim(notID.ReplaceAllString(strings.ToLower(p.Login), "-"), "-")
	if !goodID.MatchString(p.ID) {
		return Person{}, refused
	}
	return p, nil
}

// staff puts an example in each role that nobody holds, gives everybody with
// an account the address that the forge's own editor writes, and makes one
// person of whoever was named for several roles.
func (opt *Options) staff() error {
	var all []Person
	for _, role := range schema.Roles {
		held := false
		for _, p := range opt.People {
			if !p.holds(role) {
				continue
			}
			held = true
			var err error
			if all, err = enter(all, opt.withNoReply(p)); err != nil {
				return err
			}
		}
		if !held {
			all = append(all, opt.example(role))
		}
	}
	opt.People = all
	return nil
}

// enter adds somebody, or the roles of somebody who is there already.
func enter(all []Person, p Person) ([]Person, error) {
	for i, other := range all {
		switch {
		case other.ID == p.ID && other.Number == p.Number && other.Login == p.Login && other.Name == p.Name:
			all[i].Roles = unique(append(other.Roles, p.Roles...))
			all[i].Mails = unique(append(other.Mails, p.Mails...))
			return all, nil
		case other.ID == p.ID || other.Number == p.Number && p.Number != 0:
			return nil, &Error{"setup.error.twice", diag.Args{"login": p.Login, "other": other.Login}}
		}
	}
	return append(all, p), nil
}

// example is a made-up person. He has no account: a made-up number would be
// somebody's.
func (opt *Options) example(role string) Person {
	return Person{ID: role + "-1", Name: catalogue.Text(opt.Lang, "setup.example.people."+role, nil), Roles: []string{role}}
}

func (opt *Options) withNoReply(p Person) Person {
	address := p.Login + "@noreply." + opt.Host()
	if opt.Forge == "github" {
		address = strconv.FormatInt(p.Number, 10) + "+" + p.Login + "@users.noreply." + opt.Host()
	}
	p.Mails = append(slices.Clone(p.Mails), address)
	return p
}

// By is who acts in the example deal: somebody of the marketing department.
func (opt Options) By() string {
	for _, p := range opt.People {
		if p.holds("marketing") {
			return p.ID
		}
	}
	return ""
}

// Approver reports whether a general manager has an account, without which
// nothing that needs his approval can land.
func Approver(people []Person) bool {
	return slices.ContainsFunc(people, func(p Person) bool { return p.holds("general-manager") && p.Number != 0 })
}
