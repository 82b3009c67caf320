package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dealgate/dealgate/render/bonus"
	"github.com/dealgate/dealgate/render/output"
	"github.com/dealgate/dealgate/render/site"
	"github.com/dealgate/dealgate/validate/fold"
	"github.com/dealgate/dealgate/validate/history"
)

// company is what a rendering folded; nil where there is none.
func (r *rendering) company() *fold.Company {
	if r == nil {
		return nil
	}
	return r.c
}

// dues is what a rendering computed; nil where there is none.
func (r *rendering) dues() *bonus.Ledger {
	if r == nil {
		return nil
	}
	return &r.ledger
}

// name names what lies in every folder of a deal or customer, and every other
// file, together with who recorded it.
func (r *rendering) name(tree *history.Worktree) {
	if tree.IDs == nil || slices.ContainsFunc(tree.Dirty, func(path string) bool { return tree.IDs[unitOf(path)] == "" }) {
		return
	}
	if r.recorders == nil {
		r.recorders = r.recordedBy()
	}
	r.units = map[string]string{}
	var rest []string
	for unit, id := range tree.IDs {
		if id == "" && !ofCustomer(unit) {
			r.units = nil
			return
		}
		if id != "" {
			r.units[unit] = id + r.recorders.of(unit)
		}
		if !ofCustomer(unit) {
			rest = append(rest, unit+r.units[unit])
		}
	}
	slices.Sort(rest)
	r.rest = site.Digest(rest)
}

// recordedBy sums up, by folder, who recorded what.
func (r *rendering) recordedBy() unitSums {
	sums := unitSums{}
	for path, p := range r.provenance {
		sums.add(path, p.Commit.Hash, strings.Join(p.Modified, " "), site.Digest(p.Baseline))
	}
	return sums
}

// names lets customers be taken over that are as they were.
func (r *rendering) names() *fold.Names {
	return &fold.Names{Rest: r.rest, Of: func(dir string) string { return r.units[dir] }, Path: r.texts.one}
}

// keys names all that the site tells of each deal: what lies in the folders of
// its customer, and what is known of how it landed.
func (r *rendering) keys() func(*fold.Deal) string {
	if r.rest == "" {
		return nil
	}
	told := r.knowing()
	common := site.Digest(r.rest, r.c.AsOf, r.c.Today, r.lang)
	of := map[*fold.Customer]string{}
	for _, cu := range r.c.Customers {
		dirs := []string{cu.Dir}
		for _, d := range cu.Deals {
			dirs = append(dirs, d.Dir)
		}
		key := common
		for _, dir := range dirs {
			if r.units[dir] == "" {
				key = ""
				break
			}
			key = site.Digest(key, dir, r.units[dir], told.of(dir))
		}
		of[cu] = key
	}
	return func(d *fold.Deal) string { return of[d.Customer] }
}

// all names everything that the bonus report is made from: all that lies there,
// who recorded it and what the audit knows of it. It is empty where a part has
// no name.
func (r *rendering) all() string {
	if r.rest == "" {
		return ""
	}
	approved := unitSums{}
	for path := range r.proofs.items {
		approved.add(path, site.Digest(r.proofs.approved(path)))
	}
	return site.Digest(r.rest, r.c.AsOf, r.c.Today, r.head.Hash, builtVersion(), r.units, r.knowing(), approved)
}

// knowing is what the audit knows of landed files, summed up once.
func (r *rendering) knowing() unitSums {
	if r.told == nil {
		r.told = r.tell()
	}
	return r.told
}

// tell sums up, by folder, what the audit knows of landed files.
func (r *rendering) tell() unitSums {
	changes := map[*site.Change]string{}
	sums := unitSums{}
	for path := range r.provenance {
		status, why := r.proofs.status(path)
		_, held := r.proofs.held(path)
		c := r.changeOf[path]
		digest, known := changes[c]
		if !known && c != nil {
			digest = site.Digest(c.Pull, c.Approvals, c.Verdict)
			changes[c] = digest
		}
		mark := "proven"
		if held {
			mark = "held"
		}
		sums.add(path, string(status), string(why), digest, mark)
	}
	return sums
}

// unitOf is the folder of a deal or customer that a path lies in, and of all
// else the path itself.
func unitOf(path string) string {
	parts := strings.SplitN(path, "/", 4)
	return strings.Join(parts[:min(len(parts), 3)], "/")
}

// ofCustomer reports whether a folder is one of a customer or deal.
func ofCustomer(unit string) bool {
	p := fold.Classify(unit + "/deal.yaml")
	return p.Customer != "" || p.Deal != ""
}

// unitSums adds up facts about files by the folder that they lie in, in
// whatever order they come.
type unitSums map[string]*[sha256.Size]byte

func (u unitSums) add(path string, facts ...string) {
	unit := unitOf(path)
	if u[unit] == nil {
		u[unit] = new([sha256.Size]byte)
	}
	one := sha256.Sum256([]byte(path + "\x00" + strings.Join(facts, "\x00")))
	subtle.XORBytes(u[unit][:], u[unit][:], one[:])
}

func (u unitSums) of(unit string) string {
	if u[unit] == nil {
		return ""
	}
	return string(u[unit][:])
}

// kept is what the last rendering into a folder left, in memory and in the
// cache of the person who runs the program. It counts only for the very files
// that the folder holds, as their manifest says.
type kept struct {
	dir      string
	manifest string
	site     *site.Kept
}

// over is what was kept of the files that lie there; nil where that is unknown.
func (k *kept) over(out *output.Dir) *site.Kept {
	if k.site != nil && k.manifest == out.Before() {
		return k.site
	}
	data, _ := userCache().Get(k.key()...)
	if before := out.Before(); before != "" && len(data) > len(before) && string(data[:len(before)]) == before {
		return site.ReadKept(data[len(before):])
	}
	return nil
}

func (k *kept) put(out *output.Dir, next *site.Kept) {
	k.site, k.manifest = next, out.After()
}

// save puts what was kept into the cache, for the next run.
func (k *kept) save() {
	if k != nil && k.site != nil {
		userCache().Put(append([]byte(k.manifest), k.site.Bytes()...), k.key()...)
	}
}

// close closes what reading history kept open, and gives back what it kept in
// memory: pages need neither.
func (r *rendering) close() {
	if r.w.repo != nil {
		_ = r.w.repo.Close()
	}
	r.w.repo = nil
}

func (k *kept) key() []string { return []string{"site", absolute(k.dir)} }

// keptReport is what keepReport was told last of a folder, "" for nothing: the
// digest of the bonus report that lies there, and of what it was made from.
func keptReport(dir string) string {
	data, _ := userCache().Get("bonus", absolute(dir))
	return string(data)
}

func keepReport(dir, made string) { userCache().Put([]byte(made), "bonus", absolute(dir)) }

func absolute(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return abs
}
