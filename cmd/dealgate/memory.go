package main

import (
	"os"
	"runtime/debug"
)

const (
	// mostRender bounds what rendering holds in memory. The collector may pass it
	// for a moment, and what is mapped of the program and of packs comes on top:
	// so it is well below 1 GB.
	mostRender = 800 << 20

	// largeCompany is how many files with a known history make a company large:
	// then time gives way to memory.
	largeCompany = 50_000
)

// quick lets the collector run seldom: a run is short and frees nearly nothing.
func quick() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
		debug.SetMemoryLimit(768 << 20)
	}
}

// thrifty lets the collector run often. What lives long would otherwise lie
// scattered among what does not, and the gaps count as memory in use: 10,000
// deals filled 400 MB and took a gigabyte for it.
func thrifty() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}
