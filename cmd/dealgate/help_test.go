package main

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dealgate/dealgate/schema"
	"github.com/dealgate/dealgate/schema/catalogue"
)

// The tests speak the language that they ask for, wherever they run, and keep
// nothing for the person who runs them.
func TestMain(m *testing.M) {
	for _, name := range []string{"DEALGATE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		os.Unsetenv(name)
	}
	dir, err := os.MkdirTemp("", "dealgate")
	if err != nil {
		panic(err)
	}
	os.Setenv("XDG_CACHE_HOME", dir)
	os.Setenv("XDG_CONFIG_HOME", dir)
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// Every command and flag has its words in the catalogue.
func TestEveryCommandHasWords(t *testing.T) {
	schema.Table()
	root := newRoot()
	for cmd := range commands(root) {
		var lacking []string
		if !catalogue.Has(helpKey(cmd) + "short") {
			lacking = append(lacking, helpKey(cmd)+"short")
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if flagKey(cmd, f) == "" {
				lacking = append(lacking, helpKey(cmd)+"flag."+f.Name)
			}
		})
		if len(lacking) > 0 {
			t.Errorf("%s lacks %s", cmd.Name(), strings.Join(lacking, " "))
		}
	}
}

// The words are of commands that there are.
func TestNoSurplusHelp(t *testing.T) {
	root := newRoot()
	known := map[string]bool{}
	for cmd := range commands(root) {
		key := helpKey(cmd)
		cmd.InitDefaultHelpFlag()
		for _, part := range []string{"use", "short", "long"} {
			known[key+part] = true
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) { known[flagKey(cmd, f)] = true })
	}
	of := regexp.MustCompile(`^help\..*(\.(use|short|long)|\.flag\..*)$`)
	for _, key := range catalogue.Keys() {
		if of.MatchString(key) && !known[key] && !strings.HasPrefix(key, "help.flag.") {
			t.Errorf("%s describes nothing", key)
		}
	}
}

// A language changes the words only: each command keeps its name.
func TestCommandsKeepTheirNames(t *testing.T) {
	names := func(root *cobra.Command) (all []string) {
		for cmd := range commands(root) {
			all = append(all, cmd.CommandPath())
		}
		return all
	}
	want := names(newRoot())
	for _, l := range catalogue.Langs {
		root := newRoot()
		speak(root, l)
		if got := names(root); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", l, got, want)
		}
	}
}

// In Chinese nothing but names is English, and the other way round.
func TestHelpSpeaksOneLanguage(t *testing.T) {
	for cmd := range commands(newRoot()) {
		if cmd.Name() == "dealgate" {
			continue
		}
		_, path, _ := strings.Cut(cmd.CommandPath(), " ")
		zh := dealgate(t, append(strings.Fields(path), "--help", "--lang", "zh-CN")...)
		zh.want(t, exitClean, "用法：", "选项：", "--lang 值")
		for _, english := range []string{"Usage", "Flags", "string", "help for", "(default ", " the "} {
			if strings.Contains(zh.out, english) {
				t.Errorf("%s says %q in Chinese:\n%s", path, english, zh.out)
			}
		}
		en := dealgate(t, append([]string{"help", "--lang=en"}, strings.Fields(path)...)...)
		en.want(t, exitClean, "Usage:", "Options:", "--lang VALUE")
		if strings.ContainsFunc(en.out, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s speaks Chinese in English:\n%s", path, en.out)
		}
	}
	dealgate(t, "--help", "--lang", "zh-CN").want(t, exitClean, "命令：", "检查 deals/", "用 git 管理销售项目")
	dealgate(t, "help", "frobnicate", "--lang", "en").want(t, exitFailed, "there is no command frobnicate")
	dealgate(t, "validate", "a", "b", "--lang", "zh-CN").want(t, exitFailed, "dealgate validate [路径] [选项]")
}

// The language is asked for, or the system's, or Chinese.
func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		args, env string
		want      catalogue.Lang
	}{
		{"", "", catalogue.ZH},
		{"--lang en", "", catalogue.EN},
		{"validate --lang=en", "DEALGATE_LANG=zh-CN", catalogue.EN},
		{"", "DEALGATE_LANG=en LANG=zh_CN.UTF-8", catalogue.EN},
		{"", "LANG=en_GB.UTF-8", catalogue.EN},
		{"", "LANG=de_DE.UTF-8", catalogue.EN},
		{"", "LANG=zh_CN.UTF-8", catalogue.ZH},
		{"", "LANG=C.UTF-8", catalogue.ZH},
		{"", "LC_ALL=en_US LANG=zh_CN", catalogue.EN},
		{"--lang", "LANG=en_US", catalogue.EN},
		{"--lang fr", "LANG=en_US", catalogue.EN},
	} {
		t.Run(c.args+" "+c.env, func(t *testing.T) {
			for _, set := range strings.Fields(c.env) {
				name, val, _ := strings.Cut(set, "=")
				t.Setenv(name, val)
			}
			if got := languageOf(strings.Fields(c.args)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// DEALGATE_LANG goes before the company's language, the system's does not.
func TestLanguageBesideThePolicys(t *testing.T) {
	t.Chdir(aCompany().onDisk(t)) // whose language is English
	t.Setenv("LANG", "zh_CN.UTF-8")
	dealgate(t, "status", "x").want(t, exitFailed, "there is no deal x")
	t.Setenv("DEALGATE_LANG", "zh-CN")
	dealgate(t, "status", "x").want(t, exitFailed, "没有项目 x")
	t.Setenv("DEALGATE_LANG", "fr")
	dealgate(t, "status", "x").want(t, exitFailed, "不支持语言“fr”")
}

func TestCompletion(t *testing.T) {
	for shell := range shells {
		var out, errs bytes.Buffer
		if code := run([]string{"completion", shell}, &out, &errs); code != exitClean || !strings.Contains(out.String(), "dealgate") {
			t.Errorf("%s: exit code %d, %s", shell, code, errs.String())
		}
	}
	dealgate(t, "completion", "tcsh", "--lang", "en").want(t, exitFailed, "expected one of bash, fish, powershell, zsh")
	dealgate(t, "__complete", "val", "--lang", "zh-CN").want(t, exitClean)
	dealgate(t, "__complete", "help", "val").want(t, exitClean, "validate\t检查")
	t.Chdir(aCompany().onDisk(t))
	dealgate(t, "__complete", "new", "hengtai-harness", "corr").want(t, exitClean, "correct")
	dealgate(t, "__complete", "new", "").want(t, exitClean, "hengtai-harness")
}
