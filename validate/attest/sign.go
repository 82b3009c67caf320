package attest

import (
	"bytes"
	"errors"
	"time"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/catalogue"
	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/signers"
)

// Namespace keeps a signature from meaning anything else than a statement of
// dealgate.
const Namespace = signers.Namespace

// Error is why a statement cannot be made. Its words stand in the catalogue.
type Error struct {
	Key  string
	Args diag.Args
}

// In returns the error's words in a language.
func (e *Error) In(l catalogue.Lang) string { return catalogue.Text(l, e.Key, e.Args) }

// Error returns the words in English.
func (e *Error) Error() string { return e.In(catalogue.EN) }

// Key reads a private key as ssh-keygen writes it, without a passphrase.
func Key(name string, data []byte) (ssh.Signer, error) {
	key, err := ssh.ParsePrivateKey(data)
	var locked *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &locked):
		return nil, &Error{"attest.key-locked", diag.Args{"file": name}}
	case err != nil:
		return nil, &Error{"attest.key-unreadable", diag.Args{"file": name}}
	}
	return key, nil
}

// Sign makes the detached signature of a statement, as ssh-keygen -Y sign
// does. The same key and statement give the same signature where the key's
// kind allows it, as Ed25519 does.
func Sign(data []byte, key ssh.Signer) ([]byte, error) {
	s, err := sshsig.Sign(bytes.NewReader(data), key, sshsig.HashSHA512, Namespace)
	if err != nil {
		return nil, &Error{"attest.key-unusable", diag.Args{"reason": err.Error()}}
	}
	return sshsig.Armor(s), nil
}

// Reason is why a landed fact is not proven, by the id of a rule.
type Reason struct {
	Rule string
	Args diag.Args
}

func reason(rule string, pairs ...any) *Reason {
	args := diag.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return &Reason{rule, args}
}

// signer finds whose key signed a statement, or says why nobody's did.
func signer(data, armored []byte) (ssh.PublicKey, *Reason) {
	sig, err := sshsig.Unarmor(armored)
	if err == nil {
		err = sshsig.Verify(bytes.NewReader(data), sig, sig.PublicKey, sig.HashAlgorithm, Namespace)
	}
	if err != nil {
		return nil, reason("audit/bad-signature", "problem", err.Error())
	}
	return sig.PublicKey, nil
}

// permitted says why a key may not sign at some of these times; nil when it
// may at all of them.
func permitted(public ssh.PublicKey, allowed []signers.Signer, at ...time.Time) *Reason {
	for _, t := range at {
		if why := permittedAt(public, allowed, t); why != nil {
			return why
		}
	}
	return nil
}

func permittedAt(public ssh.PublicKey, allowed []signers.Signer, at time.Time) *Reason {
	v, s := signers.Find(allowed, public, Namespace, at)
	if v == signers.Allowed {
		return nil
	}
	key := ssh.FingerprintSHA256(public)
	switch v {
	case signers.Expired, signers.NotYet:
		return reason("audit/expired-key", "key", key, "who", s.Principals, "on", at.UTC().Format(time.DateTime))
	case signers.Elsewhere:
		return reason("audit/foreign-key", "key", key, "who", s.Principals)
	default:
		return reason("audit/unknown-key", "key", key)
	}
}

// verify says why a signature does not count: whoever signed must be allowed
// to at that time. It returns nil when it counts.
func verify(data, armored []byte, allowed []signers.Signer, at time.Time) *Reason {
	key, why := signer(data, armored)
	if why != nil {
		return why
	}
	return permitted(key, allowed, at)
}
