package bonus

import (
	"bytes"
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

// writeFiles writes the files that lie beside the pages of a language.
func writeFiles(l Ledger, m Meta, lang catalogue.Lang, write func(path string, data []byte) error) error {
	for _, f := range Formats {
		if !f.Beside {
			continue
		}
		var b bytes.Buffer
		if err := f.Write(&b, l, m, lang); err != nil {
			return err
		}
		if err := write(f.fileIn(lang), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
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
