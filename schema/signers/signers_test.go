package signers

import (
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

func key(t testing.TB, seed byte) (ssh.PublicKey, string) {
	t.Helper()
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune('a'+seed)), ed25519.SeedSize)))
	public, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return public, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public)))
}

var shanghai = time.FixedZone("CST", 8*3600)

func TestVerdicts(t *testing.T) {
	k, text := key(t, 1)
	noon := time.Date(2026, 8, 1, 12, 0, 0, 0, shanghai)
	for line, want := range map[string]Verdict{
		"ci@example.com " + text:                                                 Allowed,
		"ci@example.com " + text + " the landing workflow":                       Allowed,
		`ci namespaces="deal*,!dealgate-x" ` + text:                              Allowed,
		`ci namespaces="file,git" ` + text:                                       Elsewhere,
		`ci namespaces="deal*,!dealgate-approval" ` + text:                       Elsewhere,
		`ci valid-after="20260801" ` + text:                                      Allowed,
		`ci valid-after="202608011200" ` + text:                                  Allowed,
		`ci valid-after="202608011200Z" ` + text:                                 NotYet,
		`ci valid-before="20260801" ` + text:                                     Expired,
		`ci valid-before="20260801120000" ` + text:                               Allowed,
		`ci valid-before=20260802,valid-after=20260101 ` + text:                  Allowed,
		`ci valid-after="20260801115959",namespaces="dealgate-approval" ` + text: Allowed,
		"# ci " + text: Unknown,
		"":             Unknown,
		"ci valid-before=20200101 " + text + "\nci valid-after=20260101 " + text: Allowed,
	} {
		all, problems := Parse([]byte(line+"\n"), shanghai)
		if len(problems) > 0 {
			t.Errorf("%s: %v", line, problems)
		}
		if got, _ := Find(all, k, "dealgate-approval", noon); got != want {
			t.Errorf("%s: got %d, want %d", line, got, want)
		}
	}
	other, _ := key(t, 2)
	all, _ := Parse([]byte("ci "+text), shanghai)
	if got, _ := Find(all, other, "dealgate-approval", noon); got != Unknown {
		t.Errorf("another key: %d", got)
	}
}

func TestProblems(t *testing.T) {
	_, text := key(t, 1)
	for line, want := range map[string]string{
		"ci":                                  "signers.no-key",
		"ci ssh-ed25519 AAAA":                 "signers.no-key",
		text:                                  "signers.no-key",
		`ci "open ` + text:                    "signers.no-key",
		`ci valid-after="2026-08-01" ` + text: "signers.bad-time",
		`ci valid-after="20261341" ` + text:   "signers.bad-time",
		`ci valid-after="20270101",valid-before="20260101" ` + text: "signers.bad-time",
		`ci valid-untill="20270101" ` + text:                        "signers.bad-option",
		`ci namespaces="" ` + text:                                  "signers.bad-option",
		`ci cert-authority ` + text:                                 "signers.certificate",
	} {
		all, problems := Parse([]byte("# first\n"+line), shanghai)
		if len(all) != 0 || len(problems) != 1 || problems[0].Key != want || problems[0].Line != 2 {
			t.Errorf("%s: %v, %v; want %s", line, all, problems, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	_, text := key(f, 1)
	f.Add([]byte(`ci namespaces="a,*b*",valid-after="20260101Z" ` + text + " x\n"))
	f.Add([]byte(`"a b",c cert-authority ` + text))
	f.Fuzz(func(t *testing.T, data []byte) {
		k, _ := key(t, 1)
		all, _ := Parse(data, shanghai)
		for _, s := range all {
			if s.Key == nil || s.Principals == "" {
				t.Errorf("line %d has no key or nobody", s.Line)
			}
		}
		Find(all, k, "dealgate-approval", time.Unix(0, 0))
	})
}
