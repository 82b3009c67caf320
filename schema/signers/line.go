package signers

import (
	"strings"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/value"
)

// Line is what allows a key to sign in one namespace from a day up to and
// including another, in the company's time zone.
func Line(principal string, key ssh.PublicKey, namespace string, from, to value.Day) string {
	compact := func(d value.Day) string { return strings.ReplaceAll(d.String(), "-", "") }
	return principal + ` namespaces="` + namespace + `",valid-after="` + compact(from) + `",valid-before="` + compact(to+1) + `" ` +
		strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}
