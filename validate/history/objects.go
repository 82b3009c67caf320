package history

import (
	"bufio"
	"cmp"
	"crypto/sha1"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxObject bounds what is read into memory for one object.
const maxObject = 64 << 20

// store is an object database. Any number of goroutines may read at once;
// nobody may change the bytes that read returns.
type store interface {
	read(h plumbing.Hash) (plumbing.ObjectType, []byte, error)
	size(h plumbing.Hash) (int64, error)
	// withPrefix returns every object whose hash begins with these digits.
	withPrefix(hex string) ([]plumbing.Hash, error)
	io.Closer
}

// readAs returns the content of an object that must be of one type.
func readAs(s store, h plumbing.Hash, want plumbing.ObjectType) ([]byte, error) {
	kind, data, err := s.read(h)
	if err != nil {
		return nil, err
	}
	if kind != want {
		return nil, damaged(h, "it is a "+kind.String()+", not a "+want.String())
	}
	return data, nil
}

// disk is the objects folder of a repository.
//
// It reads packs itself. go-git's reader serves one goroutine at a time, looks
// every offset up in a map of the whole index that it builds first, and hashes
// with collision detection each time an object enters its cache; on a history
// of 50,000 merges that made every question several times slower.
type disk struct {
	dir    string
	packs  func() ([]*pack, error) // opened when the first object is read
	opened atomic.Bool
	last   atomic.Pointer[pack] // where an object was found: the next one is likely there
}

func newDisk(dir string) *disk {
	d := &disk{dir: dir}
	d.packs = sync.OnceValues(func() ([]*pack, error) {
		d.opened.Store(true)
		return openPacks(filepath.Join(dir, "pack"))
	})
	return d
}

// read returns an object whose content has been held against its name.
func (d *disk) read(h plumbing.Hash) (plumbing.ObjectType, []byte, error) {
	o, err := d.find(h)
	if err != nil {
		return 0, nil, err
	}
	if id := objectID(o.kind, o.data); id != h {
		return 0, nil, damaged(h, "its content has the hash "+id.String())
	}
	return o.kind, o.data, nil
}

func (d *disk) find(h plumbing.Hash) (gitObject, error) {
	p, offset, err := d.locate(h)
	if err != nil {
		return gitObject{}, err
	}
	if p == nil {
		return d.readLoose(h)
	}
	o, err := p.read(offset)
	return o, explain(h, err)
}

// locate returns the pack that holds the object and its place there, or nil.
func (d *disk) locate(h plumbing.Hash) (*pack, int64, error) {
	packs, err := d.packs()
	if err != nil {
		return nil, 0, err
	}
	last := d.last.Load()
	if last != nil {
		if offset, ok := last.index.find(h); ok {
			return last, offset, nil
		}
	}
	for _, p := range packs {
		if p == last {
			continue
		}
		if offset, ok := p.index.find(h); ok {
			d.last.Store(p)
			return p, offset, nil
		}
	}
	return nil, 0, nil
}

func (d *disk) size(h plumbing.Hash) (int64, error) {
	p, offset, err := d.locate(h)
	if err != nil {
		return 0, err
	}
	if p != nil {
		size, err := p.size(offset)
		return size, explain(h, err)
	}
	f, err := d.openLoose(h)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	_, size, err := looseHeader(f)
	return size, explain(h, err)
}

// errTooLarge carries the size of an object that is not read.
type errTooLarge int64

func (e errTooLarge) Error() string { return strconv.FormatInt(int64(e), 10) + " bytes" }

// explain puts a failure to decode an object into words.
func explain(h plumbing.Hash, err error) error {
	var large errTooLarge
	switch {
	case err == nil:
		return nil
	case errors.As(err, &large):
		return fail("history.too-large", "object", h.String(), "size", int64(large)>>20, "limit", maxObject>>20)
	}
	return damaged(h, err.Error())
}

// loose is an open loose object: a zlib stream in a file of its own.
type loose struct {
	*bufio.Reader
	file *os.File
	z    io.ReadCloser
}

// Close closes the stream and the file.
func (l *loose) Close() error { return errors.Join(l.z.Close(), l.file.Close()) }

func (d *disk) openLoose(h plumbing.Hash) (*loose, error) {
	s := h.String()
	f, err := os.Open(filepath.Join(d.dir, s[:2], s[2:]))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail("history.missing-object", "object", s)
	}
	if err != nil {
		return nil, unreadable(s, err)
	}
	z, err := newInflater(f)
	if err != nil {
		f.Close()
		return nil, explain(h, err)
	}
	return &loose{Reader: bufio.NewReaderSize(z, 64), file: f, z: z}, nil
}

func (d *disk) readLoose(h plumbing.Hash) (gitObject, error) {
	f, err := d.openLoose(h)
	if err != nil {
		return gitObject{}, err
	}
	defer f.Close()
	kind, size, err := looseHeader(f)
	if err != nil {
		return gitObject{}, explain(h, err)
	}
	data, err := readExactly(f, size)
	return gitObject{kind, data}, explain(h, err)
}

// looseHeader reads "type SP size NUL".
func looseHeader(f *loose) (plumbing.ObjectType, int64, error) {
	var head []byte
	for len(head) < 32 {
		b, err := f.ReadByte()
		if err != nil {
			return 0, 0, err
		}
		if b == 0 {
			break
		}
		head = append(head, b)
	}
	name, digits, _ := strings.Cut(string(head), " ")
	kind, err1 := plumbing.ParseObjectType(name)
	size, err2 := strconv.ParseInt(digits, 10, 64)
	if err1 != nil || err2 != nil || size < 0 {
		return 0, 0, errors.New("its header is not valid")
	}
	return kind, size, nil
}

var errLength = errors.New("it does not end where it should")

// readExactly reads a stream that must hold just so many bytes. Reading to
// its end lets zlib compare its checksum.
func readExactly(r io.Reader, size int64) ([]byte, error) {
	if size > maxObject {
		return nil, errTooLarge(size)
	}
	// A header may lie: room is made for what comes, not for what is promised.
	data := make([]byte, min(size, 1<<20))
	_, err := io.ReadFull(r, data)
	if more := size - int64(len(data)); err == nil && more > 0 {
		var rest []byte
		rest, err = io.ReadAll(io.LimitReader(r, more))
		data = append(data, rest...)
	}
	if err == nil && int64(len(data)) < size || err == io.EOF {
		err = errLength
	}
	if err != nil {
		return nil, err
	}
	if n, err := io.ReadFull(r, make([]byte, 1)); n > 0 || err != io.EOF {
		return nil, cmp.Or(err, errLength)
	}
	return data, nil
}

// objectID returns the name that git gives to an object.
func objectID(kind plumbing.ObjectType, data []byte) (id plumbing.Hash) {
	head := append(make([]byte, 0, 32), kind.String()...)
	head = append(strconv.AppendInt(append(head, ' '), int64(len(data)), 10), 0)
	h := sha1.New()
	h.Write(head)
	h.Write(data)
	h.Sum(id[:0])
	return id
}

func (d *disk) withPrefix(hex string) ([]plumbing.Hash, error) {
	packs, err := d.packs()
	if err != nil {
		return nil, err
	}
	var found []plumbing.Hash
	for _, p := range packs {
		found = append(found, p.index.withPrefix(hex)...)
	}
	files, err := os.ReadDir(filepath.Join(d.dir, hex[:2]))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, unreadable(d.dir, err)
	}
	for _, f := range files {
		if s := hex[:2] + f.Name(); plumbing.IsHash(s) && strings.HasPrefix(s, hex) {
			found = append(found, plumbing.NewHash(s))
		}
	}
	plumbing.HashesSort(found)
	return slices.Compact(found), nil
}

// Close closes the packs.
func (d *disk) Close() error {
	if !d.opened.Load() {
		return nil
	}
	packs, _ := d.packs()
	var errs []error
	for _, p := range packs {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}
