package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The report is written in every format, on the standard output or to a file,
// and says what it was computed from.
func TestBonusFormats(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	for format, says := range map[string]string{
		"text": "3,067.85", "csv": "\ufeffAs of,", "json": `"commit": "` + l.head + `"`, "xlsx": "PK",
	} {
		o := dealgate(t, "bonus", l.dir, "--format", format)
		o.want(t, exitClean, says)
		file := filepath.Join(t.TempDir(), "out."+format)
		dealgate(t, "bonus", l.dir, "--format", format, "--output", file).want(t, exitClean, "written: "+file)
		if data, err := os.ReadFile(file); err != nil || string(data) != o.out {
			t.Errorf("%s: the file is not what the standard output shows: %v", format, err)
		}
	}
	dir := filepath.Join(t.TempDir(), "he-jing")
	dealgate(t, "bonus", l.dir, "--format", "html", "--person", "何静", "--output", dir).want(t, exitClean, "index.html")
	wholePages(t, dir)
	if _, err := os.Stat(filepath.Join(dir, "en", "people", "he-jing.html")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "en", "people", "liu-yang.html")); err == nil {
		t.Error("the report of one person has a page of another")
	}
}

// A filter shows a part of the ledger as it was computed from the whole.
func TestBonusFilters(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	dealgate(t, "bonus", l.dir, "--deal", "ruifeng-radar").want(t, exitClean, "Only the deal ruifeng-radar")
	only := dealgate(t, "bonus", l.dir, "--person", "he-jing")
	only.want(t, exitClean, "Only 何静 (he-jing)", "3,067.85")
	if strings.Contains(only.out, "liu-yang") {
		t.Errorf("somebody else is named:\n%s", only.out)
	}
	dealgate(t, "bonus", l.dir, "--period", "2026-05").want(t, exitClean, "As of 2026-05-31", "Nothing is to be paid.")
	dealgate(t, "bonus", l.dir, "--as-of", "2026-06-19").want(t, exitClean, "Waiting")
}

// Who leaves gets what has accrued by his last day, and loses the rest; the
// others' pay is not touched by the question.
func TestBonusExit(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	early := dealgate(t, "bonus", l.dir, "--exit", "2026-06-19", "--person", "he-jing", "--format", "json")
	early.want(t, exitClean)
	type money []struct{ Currency, Amount string }
	var report struct {
		AsOf string `json:"as-of"`
		Exit struct{ Gets, Loses, Advances money }
	}
	must(t, json.Unmarshal([]byte(early.out), &report))
	if report.AsOf != "2026-06-19" {
		t.Errorf("as of %s", report.AsOf)
	}
	if len(report.Exit.Advances) != 1 || report.Exit.Advances[0].Amount != "76.00" {
		t.Errorf("the advance that is out is missing: %+v", report.Exit)
	}
	later := dealgate(t, "bonus", l.dir, "--exit", "2026-06-19", "--as-of", "2026-06-30", "--person", "he-jing")
	later.want(t, exitClean, "Settlement of 何静, leaving on 2026-06-19", "Lost: not accrued by the last day", "¥3,067.85")
	dealgate(t, "bonus", l.dir, "--exit", "2026-06-20", "--person", "he-jing").want(t, exitClean, "Paid on the next pay day", "¥3,143.85")
}

// A month before the first closing was settled with it: to show what was due by
// its end as payable would invite to pay it again.
func TestBonusOfAMonthSettledLater(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	l.land("2026-07-04", june, l.close("2026-06"))
	dealgate(t, "bonus", l.dir, "--lang", "en", "--period", "2026-05").want(t, exitFailed, "settled with 2026-06", "--as-of 2026-05-31")
	dealgate(t, "bonus", l.dir, "--period", "2026-06").want(t, exitClean)
}

// What is not there is an error that says what may be meant.
func TestBonusCalledWrongly(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	inside := filepath.Join(l.dir, "deals", "x.csv")
	for args, says := range map[string]string{
		"--person he-jin":                       "did you mean he-jing 何静?",
		"--person zzz":                          "nobody in the roster is called zzz",
		"--deal ruifeng-rada":                   "did you mean ruifeng-radar?",
		"--deal zzz":                            "there is no deal zzz",
		"--period 2031-01":                      "2031-01 has not begun; the latest are 2026-07",
		"--period june":                         "“june” is not a period",
		"--format pdf":                          "the format “pdf” is not known",
		"--format html":                         "name it with --output",
		"--exit 2026-06-30":                     "add --person",
		"--exit x --person he-jing":             "is not a day",
		"--format csv --output " + inside:       "deals",
		"--base HEAD --person he-jing":          "--person",
		"--format csv --output /nowhere/x":      "nowhere",
		"--format html --output " + l.dir:       "",
		"--format xlsx --output " + t.TempDir(): "",
	} {
		dealgate(t, append([]string{"bonus", l.dir, "--lang", "en"}, strings.Fields(args)...)...).want(t, exitFailed, says)
	}
}

// Files of the report lie beside its pages, and bear its commit and digest.
func TestRenderWritesTheFiles(t *testing.T) {
	l := newLedgers(t, "2026-06-30")
	out := t.TempDir()
	dealgate(t, "render", l.dir, "--out", out).want(t, exitClean)
	var report struct{ Commit, Digest string }
	data, err := os.ReadFile(filepath.Join(out, "bonus", "bonus.en.json"))
	must(t, err)
	must(t, json.Unmarshal(data, &report))
	for _, name := range []string{"bonus.zh-CN.csv", filepath.Join("en", "index.html")} {
		data, err := os.ReadFile(filepath.Join(out, "bonus", name))
		must(t, err)
		if !strings.Contains(string(data), report.Digest[:10]) || !strings.Contains(string(data), l.head[:10]) {
			t.Errorf("%s lacks the commit or the digest", name)
		}
	}
	for _, name := range []string{"bonus.en.xlsx", "bonus.zh-CN.xlsx"} {
		if _, err := os.Stat(filepath.Join(out, "bonus", name)); err != nil {
			t.Error(err)
		}
	}
}
