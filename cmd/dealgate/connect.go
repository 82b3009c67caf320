package main

import (
	"cmp"
	"net/url"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/dealgate/dealgate/schema/diag"
	"github.com/dealgate/dealgate/schema/fact"
	"github.com/dealgate/dealgate/validate/forge"
	"github.com/dealgate/dealgate/validate/history"
)

// connection says which repository on which forge a command asks about. What
// is left out comes from the variables that a workflow runs with, then from
// the policy.
type connection struct{ kind, repository, url, tokenEnv string }

func (c *connection) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.kind, "forge", "", "")
	cmd.Flags().StringVar(&c.repository, "repo", "", "")
	cmd.Flags().StringVar(&c.url, "url", "", "")
	cmd.Flags().StringVar(&c.tokenEnv, "token-env", "GITHUB_TOKEN", "")
}

// access is the token that git sends, bound to where it belongs: the forge
// that a workflow runs on, else the one that the policy names.
func access(tokenEnv string, policy *fact.Policy) history.Access {
	server := os.Getenv("GITHUB_SERVER_URL")
	if server == "" && policy != nil && policy.Forge != nil {
		server = policy.Forge.Url.S
	}
	u, err := url.Parse(server)
	if err != nil || u.Host == "" {
		return history.Access{}
	}
	return history.Access{Host: u.Host, Token: os.Getenv(tokenEnv)}
}

// open prepares to ask the forge. The policy may be nil.
func (c connection) open(policy *fact.Policy) (forge.Forge, error) {
	config := forge.Config{
		Kind: c.kind, Repository: cmp.Or(c.repository, os.Getenv("GITHUB_REPOSITORY")),
		BaseURL: cmp.Or(c.url, os.Getenv("GITHUB_API_URL")), Token: os.Getenv(c.tokenEnv),
	}
	if policy != nil && policy.Forge != nil {
		config.Kind = cmp.Or(config.Kind, policy.Forge.Kind.S)
		config.Repository = cmp.Or(config.Repository, policy.Forge.Repository.S)
		config.BaseURL = cmp.Or(config.BaseURL, policy.Forge.Url.S)
	}
	if policy == nil && config.Kind == "" {
		return nil, &wordedError{"setup.owners.no-policy", diag.Args{}}
	}
	if !slices.Contains(forge.Kinds(), config.Kind) {
		return nil, &wordedError{"setup.owners.no-forge", diag.Args{}}
	}
	return config.Open()
}
