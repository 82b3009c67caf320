package rules

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dealgate/dealgate/schema/diag"
)

// format is a kind of file that counts as evidence.
type format struct {
	term diag.Term
	is   func(data []byte) bool // nil: no format that counts
	text bool
	end  string // stands near the end of a whole file
}

var (
	formatPDF  = format{term: "evidence/type.pdf", is: begins("%PDF-"), end: "%%EOF"}
	formatPNG  = format{term: "evidence/type.png", is: begins("\x89PNG\r\n\x1a\n")}
	formatJPEG = format{term: "evidence/type.jpeg", is: begins("\xff\xd8\xff")}
	formatGIF  = format{term: "evidence/type.gif", is: begins("GIF87a", "GIF89a")}
	formatWebP = format{term: "evidence/type.webp", is: isWebP}
	formatZIP  = format{term: "evidence/type.zip", is: begins("PK\x03\x04")}
	formatOLE  = format{term: "evidence/type.ole", is: begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}
	formatText = format{term: "evidence/type.text", is: isText, text: true}
)

// formats maps the ends of names to formats. Office documents of today are zip
// archives, and so is OFD; what a browser would run, such as HTML, is left out.
var formats = map[string]format{
	".pdf": formatPDF, ".png": formatPNG, ".jpg": formatJPEG, ".jpeg": formatJPEG, ".gif": formatGIF, ".webp": formatWebP,
	".md": formatText, ".txt": formatText, ".csv": formatText,
	".docx": formatZIP, ".xlsx": formatZIP, ".pptx": formatZIP, ".ofd": formatZIP, ".zip": formatZIP,
	".doc": formatOLE, ".xls": formatOLE,
}

// extensions lists the ends of names for messages.
var extensions = slices.Sorted(maps.Keys(formats))

func formatOf(name string) format { return formats[strings.ToLower(path.Ext(name))] }

// hint says how such a file is made.
func (f format) hint() diag.Term {
	if f.text {
		return "evidence/hint.utf-8"
	}
	return "evidence/hint.export"
}

func begins(signatures ...string) func([]byte) bool {
	return func(data []byte) bool {
		return slices.ContainsFunc(signatures, func(s string) bool { return bytes.HasPrefix(data, []byte(s)) })
	}
}

func isWebP(data []byte) bool {
	return len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}

func isText(data []byte) bool { return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0 }

// recognise names what a file is, judged by its beginning.
func recognise(data []byte) diag.Term {
	for _, f := range []format{formatPDF, formatPNG, formatJPEG, formatGIF, formatWebP, formatZIP, formatOLE} {
		if f.is(data) {
			return f.term
		}
	}
	head, cut := data, 0
	if len(data) >= headSize { // the last character may be cut
		head, cut = data[:headSize], utf8.UTFMax-1
	}
	for n := range cut + 1 {
		if isText(head[:len(head)-n]) {
			return formatText.term
		}
	}
	return "evidence/type.unknown"
}
