package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repo makes a work tree of the small company with its first commit.
func repo(t testing.TB) (dir string, r *repository, first string) {
	t.Helper()
	dir = aCompany().onDisk(t)
	r = newRepository(t, dir)
	first = r.commit(aCompany())
	r.branch("main", first)
	return dir, r, first
}

// What a change does is judged from the objects alone.
func TestChanges(t *testing.T) {
	const suspend = dealDir + "2026-01-21-suspend.yaml"
	suspended := by + "reason: 等待\nreview-on: 2026-02-21\n"
	base := aCompany()
	r := newBare(t, t.TempDir())
	first := r.commit(base)
	r.branch("main", first)
	for name, c := range map[string]struct {
		head tree
		code int
		says []string
	}{
		"nothing":              {base, exitClean, nil},
		"outside deals":        {base.with("README.md", "x", "deals.md", "y"), exitClean, nil},
		"a note more":          {base.with(dealFile, base[dealFile]+"expected: 1200000\n"), exitClean, nil},
		"a broken fact":        {base.with(suspend, "reason: [\n"), exitFindings, []string{suspend + ":1:9", "[yaml/syntax"}},
		"a fact not allowed":   {base.with(suspend, suspended), exitFindings, []string{suspend}},
		"a fact changed":       {base.with(leadFile, base[leadFile]+"note: x\n"), exitFindings, []string{leadFile, "[change/fact-modified]"}},
		"a fact deleted":       {base.without(leadFile), exitFindings, []string{leadFile, "[change/fact-deleted]"}},
		"a fact renamed":       {base.without(leadFile).with(dealDir+"2026-01-13-lead.yaml", base[leadFile]), exitFindings, []string{leadFile, "[change/fact-deleted]"}},
		"evidence changed":     {base.with(formFile, "# other\n"), exitFindings, []string{formFile, "[change/evidence-changed]"}},
		"all of deals deleted": {tree{"README.md": "x"}, exitFindings, []string{leadFile, "[change/fact-deleted]", policyFile, "[change/registry-deleted]"}},
		"everything deleted":   {tree{}, exitFindings, []string{"[change/fact-deleted]"}},
		"policy deleted":       {base.without(policyFile), exitFindings, []string{policyFile, "[change/registry-deleted]"}},
		"roster deleted":       {base.without(rosterFile), exitFindings, []string{rosterFile, "[change/registry-deleted]"}},
		"customer deleted":     {base.without("deals/customers"), exitFindings, []string{headerFile, "[change/registry-deleted]"}},
		"policy and deal":      {base.with(policyFile, base[policyFile]+"currency: USD\n", dealFile, base[dealFile]+"expected: 1\n"), exitFindings, []string{"[change/rules-mixed]"}},
		"policy alone":         {base.with(policyFile, base[policyFile]+"backdating-days: 9\n"), exitClean, []string{"[change/rules-changed]"}},
		"policy broken":        {base.with(policyFile, "x: [\n"), exitFindings, []string{policyFile + ":1:4", "[yaml/syntax]"}},
		"zone of the machine":  {base.with(policyFile, base[policyFile]+"time-zone: Local\n"), exitFindings, []string{policyFile + ":6:12", "[policy/time-zone]"}},
		"fact becomes a link":  {base.with(leadFile, "link:../../../etc/passwd"), exitFindings, []string{leadFile, "[change/fact-modified]", "[layout/symlink]"}},
		"evidence link":        {base.with(formFile, "link:/etc/passwd"), exitFindings, []string{formFile, "[layout/symlink]"}},
		"folder link":          {base.without(dealDir+"evidence").with(dealDir+"evidence", "link:/etc"), exitFindings, []string{"[layout/symlink]"}},
		"deal link":            {base.with("deals/2026/hengtai-two", "link:hengtai-harness"), exitFindings, []string{"deals/2026/hengtai-two", "[layout/symlink]"}},
		"policy link":          {base.with(policyFile, "link:/tmp/policy.yaml"), exitFindings, []string{policyFile}},
		"deals becomes a link": {tree{"deals": "link:/etc"}, exitFailed, []string{"deals is not a folder"}},
		"deals becomes a file": {tree{"deals": "x"}, exitFailed, []string{"deals is not a folder"}},
		"submodule":            {base.with(dealDir+"evidence/lib", "module:"+strings.Repeat("1", 40)), exitFindings, []string{dealDir + "evidence/lib", "[layout/special-file]"}},
		"deals a submodule":    {tree{"deals": "module:" + strings.Repeat("1", 40)}, exitFailed, []string{"deals is not a folder"}},
		"file becomes folder":  {base.without(leadFile).with(leadFile+"/x.yaml", "x"), exitFindings, []string{leadFile, "[change/fact-deleted]"}},
		"folder becomes file":  {base.without(dealDir+"evidence").with(dealDir+"evidence", "x"), exitFindings, []string{"[change/evidence-changed]"}},
		"program":              {base.with(dealDir+"evidence/run.md", "program:# x\n"), exitFindings, []string{"[change/evidence-alone]"}},
		"name not UTF-8":       {base.with(dealDir+"evidence/\xff.md", "# x\n"), exitFindings, []string{"[layout/odd-name]"}},
		"folder not UTF-8":     {base.with(dealDir+"\xff/x.yaml", "x"), exitFindings, []string{"[layout/odd-name]"}},
		"colliding":            {base.with(dealDir+"evidence/Customer-form.md", "# x\n"), exitFindings, []string{"[layout/colliding-name]"}},
		"backslash":            {base.with(dealDir+`evidence\..\x.md`, "# x\n"), exitFindings, []string{"[layout/odd-name]"}},
		"dots as a name":       {base.with(dealDir+"../x.yaml", "x"), exitFailed, []string{"is damaged"}},
		"name of 100 kB":       {base.with(dealDir+"2026-01-21-"+strings.Repeat("a", 100_000)+".yaml", by), exitFindings, []string{"[layout/unknown-step]"}},
		"folders of 300":       {base.with(dealDir+strings.Repeat("a/", 300)+"x.yaml", by), exitFailed, []string{"folders deep"}},
		"new customer, no one": {base.with("deals/2026/new-x/deal.yaml", base[dealFile]), exitFindings, []string{"[layout/deal-without-customer]"}},
	} {
		t.Run(name, func(t *testing.T) {
			r.branch("work", r.commit(c.head, first))
			dealgate(t, "validate", r.git, "--base", "main", "--head", "work", "--lang", "en").want(t, c.code, c.says...)
			dealgate(t, "validate", r.git, "--base", "main", "--head", "work", "--lang", "zh", "--format", "markdown").want(t, c.code)
		})
	}
}

// A change that nothing can be judged by never passes as clean.
func TestChangesOnABrokenBase(t *testing.T) {
	broken := map[string]tree{
		"policy":   aCompany().with(policyFile, "x: [\n"),
		"roster":   aCompany().without(rosterFile),
		"workflow": aCompany().with(policyFile, strings.Replace(aCompany()[policyFile], "workflow: 1", "workflow: 999", 1)),
		"link":     aCompany().with(policyFile, "link:x"),
		"a fact":   aCompany().with(qualifyFile, "x: [\n"),
		"rubbish":  aCompany().with(dealDir+"junk", ""),
	}
	for name, base := range broken {
		t.Run(name, func(t *testing.T) {
			r := newBare(t, t.TempDir())
			first := r.commit(base)
			r.branch("main", first)
			judge := func(head tree) outcome {
				r.branch("work", r.commit(head, first))
				return dealgate(t, "validate", r.git, "--base", "main", "--head", "work", "--lang", "en")
			}
			judge(base).want(t, exitClean)
			judge(base.with("README.md", "x")).want(t, exitClean)
			judge(base.with(dealDir+"2026-01-22-preliminary-contract.yaml", by)).want(t, exitFindings)
			judge(base.with(dealDir+"2026-01-22-suspend.yaml", by+"reason: 等待\nreview-on: 2026-02-21\n")).want(t, exitFindings)
			if base[policyFile] == aCompany()[policyFile] && base[rosterFile] != "" {
				return
			}
			repaired := base.with(policyFile, aCompany()[policyFile], rosterFile, aCompany()[rosterFile])
			judge(repaired).want(t, exitClean)
			judge(repaired.with(dealFile, base[dealFile]+"expected: 1\n")).want(t, exitFindings)
			judge(repaired.with(policyFile, "x: {\n")).want(t, exitFindings, policyFile+":1:4")
		})
	}
}

// The change that first brings the rules is judged as a whole.
func TestBaseline(t *testing.T) {
	for name, c := range map[string]struct {
		base, head tree
		code       int
	}{
		"all at once":          {tree{"README.md": "x"}, aCompany(), exitClean},
		"rules after deals":    {aCompany().without(policyFile), aCompany(), exitClean},
		"broken deal was here": {aCompany().without(policyFile, rosterFile).with(leadFile, "x: [\n"), aCompany().with(leadFile, "x: [\n"), exitFindings},
		"no rules at all":      {tree{}, aCompany().without(policyFile, rosterFile), exitFindings},
		"rules still missing":  {aCompany().without(policyFile, rosterFile), aCompany().without(policyFile, rosterFile).with(leadFile, "x"), exitFindings},
	} {
		t.Run(name, func(t *testing.T) {
			r := newBare(t, t.TempDir())
			first := r.commit(c.base)
			r.branch("main", r.commit(c.head, first))
			dealgate(t, "validate", r.git, "--base", first).want(t, c.code)
		})
	}
}

func TestRevisions(t *testing.T) {
	dir, r, first := repo(t)
	second := r.commit(aCompany().with("README.md", "x"), first)
	side := r.commit(aCompany().with(dealFile, aCompany()[dealFile]+"expected: 5\n"), first)
	merge := r.commit(aCompany().with("README.md", "x", dealFile, aCompany()[dealFile]+"expected: 5\n"), second, side)
	clash := r.commit(aCompany().with(dealFile, aCompany()[dealFile]+"expected: 6\n"), first)
	alone := r.commit(aCompany())
	r.branch("main", second)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--base", "main", "--head", "main"}, exitClean, ""},
		{[]string{"--base", "HEAD"}, exitClean, ""},
		{[]string{"--base", second, "--head", side}, exitClean, "1 file"},
		{[]string{"--base", second, "--head", merge}, exitClean, "1 file"},
		{[]string{"--base", first, "--head", merge}, exitClean, "1 file"},
		{[]string{"--base", side, "--head", clash}, exitFindings, "[change/conflict]"},
		{[]string{"--base", second, "--head", alone}, exitFailed, "no common history"},
		{[]string{"--base", "nowhere"}, exitFailed, "No commit, branch or tag named nowhere"},
		{[]string{"--base", strings.Repeat("0", 40)}, exitFailed, "No commit"},
		{[]string{"--base", strings.Repeat("a", 50_000)}, exitFailed, ""},
		{[]string{"--base", "main", "--head", "nowhere"}, exitFailed, "nowhere"},
		{[]string{"--base", "main..work"}, exitFailed, "does not name a commit"},
		{[]string{"--base", "-x"}, exitFailed, ""},
		{[]string{"--base", "../../etc/passwd"}, exitFailed, ""},
		{[]string{"--base", "HEAD~99"}, exitFailed, "goes back further"},
		{[]string{"--base", blob("# 客户登记表\n")}, exitFailed, "not a commit"},
		{[]string{"--base", "a\x1b[31m\nb"}, exitFailed, ""},
		{[]string{"--base", ""}, exitFailed, "--base is given but empty"},
		{[]string{"--head", "main"}, exitFailed, "--base is missing"},
	} {
		o := dealgate(t, append([]string{"validate", dir, "--lang", "en"}, c.args...)...)
		o.want(t, c.code, c.says)
		if strings.ContainsAny(o.err, "\x1b") || strings.Count(o.err, "\n") > 1 || len(o.err) > 4000 {
			t.Errorf("%q: the message is not one short line: %q", c.args, clipped(o.err))
		}
	}
}

// Whatever form a repository has, it is read, or the reason is in words.
func TestForms(t *testing.T) {
	change := func(t *testing.T, dir string, code int, says string) {
		t.Helper()
		dealgate(t, "validate", dir, "--base", "main", "--head", "HEAD", "--lang", "en").want(t, code, says)
	}
	tree := func(t *testing.T, dir string, code int, says string) {
		t.Helper()
		dealgate(t, "validate", dir, "--lang", "en").want(t, code, says)
	}
	for name, form := range map[string]func(t *testing.T, dir string, r *repository, first string){
		"detached": func(t *testing.T, dir string, r *repository, first string) {
			r.file("HEAD", first+"\n")
			change(t, dir, exitClean, "")
			tree(t, dir, exitClean, "1 deal")
		},
		"no commit": func(t *testing.T, dir string, r *repository, first string) {
			must(t, os.Remove(filepath.Join(r.git, "refs", "heads", "main")))
			change(t, dir, exitFailed, "main")
			tree(t, dir, exitClean, "1 deal")
		},
		"shallow": func(t *testing.T, dir string, r *repository, first string) {
			second := r.commit(aCompany(), first)
			third := r.commit(aCompany().with("README.md", "x"), second)
			r.file("shallow", second+"\n")
			r.branch("main", second)
			r.file("HEAD", third+"\n")
			change(t, dir, exitClean, "")
			dealgate(t, "validate", dir, "--base", second, "--head", r.commit(aCompany(), first), "--lang", "en").want(t, exitFailed, "shallow")
			tree(t, dir, exitClean, "1 deal")
		},
		"bad shallow file": func(t *testing.T, dir string, r *repository, first string) {
			r.file("shallow", "nonsense\n")
			change(t, dir, exitFailed, "shallow")
			tree(t, dir, exitFailed, "shallow")
		},
		"worktree": func(t *testing.T, dir string, r *repository, first string) {
			work := aCompany().onDisk(t)
			r.file("worktrees/w/HEAD", first+"\n")
			r.file("worktrees/w/commondir", "../..\n")
			put(t, filepath.Join(work, ".git"), "gitdir: "+filepath.Join(r.git, "worktrees", "w")+"\n")
			change(t, work, exitClean, "")
			tree(t, work, exitClean, "1 deal")
		},
		"lost worktree": func(t *testing.T, _ string, r *repository, first string) {
			work := aCompany().onDisk(t)
			put(t, filepath.Join(work, ".git"), "gitdir: /nowhere\n")
			change(t, work, exitFailed, "/nowhere")
			tree(t, work, exitFailed, "/nowhere")
		},
		"nonsense for .git": func(t *testing.T, _ string, r *repository, first string) {
			work := aCompany().onDisk(t)
			put(t, filepath.Join(work, ".git"), "\x00\xff")
			tree(t, work, exitFailed, "gitdir:")
		},
		"SHA-256": func(t *testing.T, dir string, r *repository, first string) {
			r.file("config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n")
			change(t, dir, exitFailed, "sha256")
			tree(t, dir, exitFailed, "SHA-1")
			dealgate(t, "validate", dir, "--lang", "zh").want(t, exitFailed, "SHA-1 仓库")
			dealgate(t, "validate", dir, "--as-of", "2026-01-31", "--lang", "en").want(t, exitClean, "1 deal")
		},
		"broken config": func(t *testing.T, dir string, r *repository, first string) {
			r.file("config", "[core\n\x00")
			change(t, dir, exitFailed, "cannot be read as part of a git repository")
		},
		"no repository": func(t *testing.T, dir string, r *repository, first string) {
			must(t, os.RemoveAll(r.git))
			change(t, dir, exitFailed, "No git repository")
			tree(t, dir, exitClean, "1 deal")
			dealgate(t, "validate", dir, "--base", "main").want(t, exitFailed, "没有找到 git 仓库")
		},
		"branches in a circle": func(t *testing.T, dir string, r *repository, first string) {
			r.file("refs/heads/main", "ref: refs/heads/other\n")
			r.file("refs/heads/other", "ref: refs/heads/main\n")
			change(t, dir, exitFailed, "")
		},
		"branch of nonsense": func(t *testing.T, dir string, r *repository, first string) {
			r.file("refs/heads/main", "\xff\xfe not a hash\n")
			change(t, dir, exitFailed, "")
		},
		"bare": func(t *testing.T, _ string, r *repository, first string) {
			change(t, r.git, exitClean, "")
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, r, first := repo(t)
			form(t, dir, r, first)
		})
	}
}

func TestBareHasNoFiles(t *testing.T) {
	r := newBare(t, t.TempDir())
	r.branch("main", r.commit(aCompany()))
	dealgate(t, "validate", r.git, "--lang", "en").want(t, exitFailed, "there is no folder deals/")
}

// A damaged or missing object is named; what it hides is never taken as clean.
func TestDamagedObjects(t *testing.T) {
	head := aCompany().with(dealDir+"2026-01-21-suspend.yaml", "x: [\n")
	for _, content := range []string{"", "garbage", "\x78\x9c\x03\x00\x00\x00\x00\x01"} {
		for name, pick := range map[string]func(r *repository, first, second string) string{
			"head":        func(_ *repository, _, second string) string { return second },
			"base":        func(_ *repository, first, _ string) string { return first },
			"root":        func(r *repository, _, _ string) string { return r.tree(head) },
			"new fact":    func(*repository, string, string) string { return blob("x: [\n") },
			"base policy": func(*repository, string, string) string { return blob(aCompany()[policyFile]) },
			"deal header": func(*repository, string, string) string { return blob(aCompany()[dealFile]) },
		} {
			t.Run(name, func(t *testing.T) {
				r := newBare(t, t.TempDir())
				first := r.commit(aCompany())
				second := r.commit(head, first)
				r.branch("main", first)
				id := pick(r, first, second)
				r.damage(id, content)
				o := dealgate(t, "validate", r.git, "--base", "main", "--head", second, "--lang", "en")
				if o.code == exitClean || !strings.Contains(o.out+o.err, id) {
					t.Errorf("exit code %d without a word of %s:\n%s%s", o.code, id, o.out, o.err)
				}
			})
		}
	}
}
