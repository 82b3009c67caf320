package forge

import (
	"context"
	"strconv"

	"code.gitea.io/sdk/gitea"
)

// giteaCount watches over a list that is read page by page. Gitea gives no
// links, but counts all entries in a header; entries that it does not show to
// us are counted too, so a short page is not the last one.
type giteaCount struct {
	first       int64 // id of the first entry
	total, seen int
	known       bool // total is
}

// giteaPages reads a list to its end and tells how many entries were counted
// but not shown.
func giteaPages[T any](ctx context.Context, g *giteaForge, asked string, id func(T) int64, get func(*gitea.Client, gitea.ListOptions) ([]T, *gitea.Response, error)) (list []T, hidden int, err error) {
	limit, err := g.pageSize(ctx)
	if err != nil {
		return nil, 0, err
	}
	var count giteaCount
	list, err = pages(asked, id, func(n int) (items []T, more bool, err error) {
		if n == 1 {
			count = giteaCount{}
		}
		var resp *gitea.Response
		err = g.call(ctx, asked, func(api *gitea.Client) (err error) {
			items, resp, err = get(api, gitea.ListOptions{Page: n, PageSize: limit})
			return err
		})
		if err != nil {
			return nil, false, err
		}
		if n > 1 && len(items) > 0 && id(items[0]) == count.first && !count.known {
			return nil, false, nil // the server gives everything on every page
		}
		if n == 1 && len(items) > 0 {
			count.first = id(items[0])
		}
		more, err = count.more(asked, n, n*limit, len(items), resp.Header.Get("X-Total-Count"))
		return items, more, err
	})
	return list, max(count.total-count.seen, 0), err
}

// more adds a page and tells whether there is another. Up to here pages asked
// for `upTo` entries.
func (c *giteaCount) more(asked string, page, upTo, shown int, header string) (bool, error) {
	total, err := strconv.Atoi(header)
	if known := err == nil && total >= 0; page == 1 {
		c.total, c.known = total, known
	} else if known != c.known || total != c.total {
		return false, errMoved
	}
	c.seen += shown
	switch {
	case !c.known:
		return shown > 0, nil
	case c.seen > c.total:
		return false, odd(asked, "forge.reason.miscounted")
	default:
		return c.seen < c.total && upTo < c.total, nil
	}
}

// pageSize asks how many entries a page of this server holds at most: a page
// that was cut shorter than asked for would not be noticed.
func (g *giteaForge) pageSize(ctx context.Context) (int, error) {
	if known := int(g.limit.Load()); known > 0 {
		return known, nil
	}
	limit := giteaPage
	err := g.call(ctx, g.Host()+"/settings/api", func(api *gitea.Client) error {
		settings, _, err := api.GetGlobalAPISettings()
		if err == nil && settings.MaxResponseItems > 0 {
			limit = min(limit, settings.MaxResponseItems)
		}
		return err
	})
	if err == nil {
		g.limit.Store(int64(limit))
	}
	return limit, err
}
