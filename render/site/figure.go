package site

// figure is a drawing with its figures as a table beside it, shown by the part
// "figure". Coordinates are whole units of the view box; nothing is a float,
// so that every machine draws the same bytes.
type figure struct {
	ID            string // unique on its page
	Title, Desc   any
	Width, Height int
	Shapes        []shape
	Legend        []legend
	Table         *table
}

// shape is one element of a drawing. Kind is rect, line, path, dot or text.
type shape struct {
	Kind       string
	Class      string
	X, Y, W, H int    // of a line: from X, Y by W, H
	D          string // of a path
	Say        any    // of a text, and the tooltip of all others
	File       string // page that a text leads to
	End        bool   // a text that ends at X
	Middle     bool   // a text around X
}

// legend says what a class of shapes stands for.
type legend struct {
	Class string
	Say   any
}
