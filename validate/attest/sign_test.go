package attest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/signers"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// testKey is the same key for the same name.
func testKey(tb testing.TB, name string) (key ssh.Signer, public string) {
	tb.Helper()
	seed := bytes.Repeat([]byte(name+"."), ed25519.SeedSize)[:ed25519.SeedSize]
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed))
	must(tb, err)
	return key, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey())))
}

func allowed(tb testing.TB, text string) []signers.Signer {
	tb.Helper()
	all, problems := signers.Parse([]byte(text), time.UTC)
	if len(problems) > 0 {
		tb.Fatal(problems)
	}
	return all
}

func TestSignatures(t *testing.T) {
	key, public := testKey(t, "landing")
	data := []byte("what landed\n")
	sig, err := Sign(data, key)
	must(t, err)
	again, err := Sign(data, key)
	must(t, err)
	if !bytes.Equal(sig, again) {
		t.Error("signing twice gives two signatures")
	}
	_, other := testKey(t, "other")
	noon := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		data    string
		signers string
		want    string
	}{
		"allowed":        {"what landed\n", "ci " + public, ""},
		"another text":   {"what landed!\n", "ci " + public, "audit/bad-signature"},
		"nobody allowed": {"what landed\n", "", "audit/unknown-key"},
		"another key":    {"what landed\n", "ci " + other, "audit/unknown-key"},
		"expired":        {"what landed\n", `ci valid-before="20260801Z" ` + public, "audit/expired-key"},
		"not yet":        {"what landed\n", `ci valid-after="20260802Z" ` + public, "audit/expired-key"},
		"other purpose":  {"what landed\n", `ci namespaces="git" ` + public, "audit/foreign-key"},
	} {
		why := verify([]byte(c.data), sig, allowed(t, c.signers), noon)
		if got := ruleOf(why); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for _, broken := range []string{"", "x", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"} {
		if got := ruleOf(verify(data, []byte(broken), allowed(t, "ci "+public), noon)); got != "audit/bad-signature" {
			t.Errorf("%q: %q", broken, got)
		}
	}
}

func ruleOf(r *Reason) string {
	if r == nil {
		return ""
	}
	return r.Rule
}

// keygen runs OpenSSH's own program. It decides alone whether the test can be
// run: where everything is required, a missing program is a failure.
func keygen(t *testing.T, stdin []byte, args ...string) error {
	t.Helper()
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		if os.Getenv("DEALGATE_REQUIRE_ALL") == "1" {
			t.Fatal("ssh-keygen is not installed, but everything is required")
		}
		t.Skip("ssh-keygen is not installed")
	}
	cmd := exec.Command(program, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	cmd.Env = append(os.Environ(), "TZ=UTC")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

// OpenSSH takes what is signed here, and here is taken what OpenSSH signs, for
// every kind of key and every way in which a line allows or refuses it.
func TestAgainstOpenSSH(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	prime, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	data := []byte("{\n  \"_type\": \"x\"\n}\n")
	for kind, private := range map[string]any{"ecdsa": curve, "rsa": prime, "ed25519": edwards} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			file := func(name string) string { return filepath.Join(dir, name) }
			block, err := ssh.MarshalPrivateKey(private, "test")
			must(t, err)
			must(t, os.WriteFile(file("key"), pem.EncodeToMemory(block), 0o600))
			key, err := Key("key", pem.EncodeToMemory(block))
			must(t, err)
			ours, err := Sign(data, key)
			must(t, err)
			must(t, os.WriteFile(file("ours"), ours, 0o644))
			must(t, os.WriteFile(file("data"), data, 0o644))
			must(t, keygen(t, nil, "-q", "-Y", "sign", "-n", Namespace, "-f", file("key"), file("data")))
			theirs, err := os.ReadFile(file("data.sig"))
			must(t, err)
			public := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key.PublicKey())))
			for _, line := range lines(public) {
				must(t, os.WriteFile(file("signers"), []byte(line+"\n"), 0o644))
				all, _ := signers.Parse([]byte(line+"\n"), time.UTC)
				for _, day := range []string{"20260731", "20260801", "20260802", "20270101"} {
					at, err := time.Parse("20060102", day)
					must(t, err)
					verdict := keygen(t, data, "-q", "-Y", "verify", "-f", file("signers"), "-I", "landing@ci", "-n", Namespace, "-s", file("ours"), "-Overify-time="+day+"000000")
					for name, sig := range map[string][]byte{"ours": ours, "theirs": theirs} {
						if why := verify(data, sig, all, at); (why == nil) != (verdict == nil) {
							t.Errorf("%s of %s on %s: here %v, OpenSSH %v", name, line, day, why, verdict)
						}
					}
				}
			}
		})
	}
}

// lines are ways to allow a key.
func lines(public string) []string {
	var out []string
	for _, options := range []string{
		"", `namespaces="dealgate-approval" `, `namespaces="git,deal*" `, `namespaces="git" `, `namespaces="deal*,!*approval" `,
		`valid-after="20260801" `, `valid-before="20260801" `, `valid-after="20260801",valid-before="20260802" `,
		`namespaces="dealgate-approval",valid-after="202608010000Z",valid-before="20260801235959Z" `,
		`valid-after="2026-08-01" `, `valid-before="never" `, `cert-authority `, `unknown="x" `,
		`valid-before="20260801",valid-after="20260802" `,
	} {
		out = append(out, "landing@ci "+options+public)
	}
	return append(out, "landing@ci", "# landing@ci "+public, "")
}
