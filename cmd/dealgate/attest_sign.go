package main

import (
	"os"

	"golang.org/x/crypto/ssh"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/signers"
	"github.com/dealgate/dealgate/validate/attest"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// signingKey is the variable of a workflow that holds the private key itself.
const signingKey = "DEALGATE_SIGNING_KEY"

// signer reads the key from the file, else from the workflow's variable.
func (f attestFlags) signer() (ssh.Signer, error) {
	if f.key == "" {
		if text := os.Getenv(signingKey); text != "" {
			return attest.Key(signingKey, []byte(text+"\n"))
		}
		return nil, nil
	}
	data, err := os.ReadFile(f.key)
	if err != nil {
		return nil, err
	}
	return attest.Key(f.key, data)
}

// signerOf is the key that signs a statement, nil where nobody does, and whether
// there may be one: where somebody is to sign, none is made without him.
func (a *attestor) signerOf(made *attest.Made) (key ssh.Signer, may bool) {
	if !made.Signable() {
		return nil, true
	}
	commit := short(made.Commit.Hash)
	if a.key == nil {
		a.keyless = true
		a.say("attest.no-key", diag.Args{"commit": commit})
		return nil, false
	}
	if why := made.Permitted(a.key); why != nil {
		a.misfit = true
		a.say("attest.wrong-key", diag.Args{"commit": commit, "why": why.Words(a.l), "secret": signingKey})
		return nil, false
	}
	return a.key, true
}

// sign puts a statement with its signature where there is room for it, unless
// one that counts is there.
func (a *attestor) sign(made *attest.Made, key ssh.Signer) (there bool, err error) {
	var sig []byte
	if key != nil {
		if sig, err = attest.Sign(made.Data, key); err != nil {
			return false, err
		}
	}
	path, err := made.Place(a.branch.now, sig)
	if err != nil || path == "" {
		return path == "", err
	}
	a.files = append(a.files, history.NewFile{Path: path, Data: made.Data})
	if sig != nil {
		a.files = append(a.files, history.NewFile{Path: path + history.Signature, Data: sig})
	}
	return false, nil
}

// signature says whether a statement is signed.
func (a *attestor) signature(key ssh.Signer) string {
	if key == nil {
		return a.word("attest.unsigned", nil)
	}
	return a.word("attest.signed", nil)
}

// fixer is the key that signs a checkpoint of the head, nil where nobody does,
// and whether one may be made: without a signature that counts it would look as
// if somebody had put it there.
func (a *attestor) fixer() (key ssh.Signer, may bool, err error) {
	head, err := a.repo.Head()
	if err != nil {
		return nil, false, err
	}
	tree, err := a.repo.FS(head.Hash)
	if err != nil {
		return nil, false, err
	}
	allowed, _ := fold.ReadSigners(tree, policyOf(tree))
	if len(allowed) == 0 {
		return nil, true, nil
	}
	if a.key == nil {
		a.keyless = true
		a.say("attest.no-key-checkpoint", nil)
		return nil, false, nil
	}
	if v, _ := signers.Find(allowed, a.key.PublicKey(), attest.Namespace, head.When); v != signers.Allowed {
		a.misfit = true
		a.say("attest.wrong-key-checkpoint", diag.Args{"secret": signingKey})
		return nil, false, nil
	}
	return a.key, true, nil
}
