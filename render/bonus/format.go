package bonus

import (
	"io"

	"github.com/dealgate/dealgate/schema/catalogue"
)

// Format is one form of a ledger in one file.
type Format struct {
	Name   string
	Beside bool // lies beside the pages of the report, too
	Write  func(io.Writer, Ledger, Meta, catalogue.Lang) error
}

// Formats lists every format but pages, which are a folder.
var Formats = []Format{
	{Name: "text", Write: WriteText},
	{Name: "csv", Beside: true, Write: WriteCSV},
	{Name: "json", Beside: true, Write: WriteJSON},
	{Name: "xlsx", Beside: true, Write: WriteXLSX},
}

// fileIn is the name of the file in a language, beside the pages.
func (f Format) fileIn(l catalogue.Lang) string { return "bonus." + string(l) + "." + f.Name }

// files writes the files that lie beside the pages of a language, each by a
// task of its own.
func files(l Ledger, m Meta, lang catalogue.Lang, write Write) (tasks []func() error) {
	for _, f := range Formats {
		if f.Beside {
			fill := func(out io.Writer) error { return f.Write(out, l, m, lang) }
			tasks = append(tasks, func() error { return write(f.fileIn(lang), fill) })
		}
	}
	return tasks
}

// download is a file beside the pages, and the key of its words.
type download struct{ File, Key string }

func downloads(l catalogue.Lang) []download {
	var out []download
	for _, f := range Formats {
		if f.Beside {
			out = append(out, download{f.fileIn(l), "bonus.download." + f.Name})
		}
	}
	return out
}
