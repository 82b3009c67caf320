package paging

import "testing"

func TestAt(t *testing.T) {
	file := func(n int) string { return File("people/list.html", n) }
	for n, want := range map[int]Pager{
		1: {1, 3, "", "", "people/list.2.html", "people/list.3.html"},
		2: {2, 3, "people/list.html", "people/list.html", "people/list.3.html", "people/list.3.html"},
		3: {3, 3, "people/list.html", "people/list.2.html", "", ""},
	} {
		if got := At(n, 3, file); got != want {
			t.Errorf("page %d: %+v, want %+v", n, got, want)
		}
	}
	if got := At(1, 1, file); got != (Pager{Number: 1, Of: 1}) {
		t.Errorf("the only page: %+v", got)
	}
}
