package history

import (
	"bufio"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// gitObject is what an object database holds under a hash.
type gitObject struct {
	kind plumbing.ObjectType
	data []byte
}

// maxCachedBases bounds the bytes of recently read objects, per generation
// and pack: the next one is often stored as a difference to one of them.
const maxCachedBases = 12 << 20

// maxChain bounds how many differences may build on each other; git writes
// at most 4095.
const maxChain = 4096

// pack is a pack file with its index. It is read at given places only, so
// that all goroutines share one open file.
type pack struct {
	index index
	file  packFile
	end   int64 // where the objects end and the checksum begins
	bases *recent[int64, gitObject]
}

// packFile is an open pack; tests read packs from memory.
type packFile interface {
	io.ReaderAt
	io.Closer
}

func openPacks(dir string) ([]*pack, error) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, unreadable(dir, err)
	}
	var packs []*pack
	for _, f := range files {
		base, ok := strings.CutSuffix(f.Name(), ".idx")
		if !ok || !strings.HasPrefix(base, "pack-") {
			continue
		}
		p, err := openPack(filepath.Join(dir, base))
		if err != nil {
			for _, p := range packs {
				_ = p.close()
			}
			return nil, unreadable(filepath.Join(dir, base), err)
		}
		packs = append(packs, p)
	}
	return packs, nil
}

func openPack(base string) (*pack, error) {
	raw, err := os.ReadFile(base + ".idx")
	if err != nil {
		return nil, err
	}
	x, err := parseIndex(raw)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(base + ".pack")
	if err != nil {
		return nil, err
	}
	i, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return newPack(x, f, i.Size()), nil
}

func newPack(x index, f packFile, size int64) *pack {
	return &pack{index: x, file: f, end: size - checksumLen, bases: newRecent[int64, gitObject](maxCachedBases)}
}

func (p *pack) close() error { return p.file.Close() }

// Types of stored objects beside plumbing's four: differences to an object at
// a distance before them, or of a name.
const (
	offsetDelta = 6
	nameDelta   = 7
)

// stored is the header of an object in a pack.
type stored struct {
	kind plumbing.ObjectType // of a difference, unknown until its base is
	size int64               // of what is inflated: of the difference, if it is one
	base int64               // where the base lies, 0 when the object is whole
}

// read returns the object at a place. It follows the chain of differences to
// a whole object, or to one read lately, and comes back applying them.
func (p *pack) read(at int64) (gitObject, error) {
	if o, ok := p.bases.get(at); ok {
		return o, nil
	}
	var chain []link
	o, found, bytes := gitObject{}, false, 0
	for !found {
		s, data, err := p.inflate(at)
		if err != nil {
			return gitObject{}, err
		}
		if s.base == 0 {
			o = gitObject{s.kind, data}
			p.bases.put(at, o, len(data))
			break
		}
		bytes += len(data)
		if chain = append(chain, link{at, data}); len(chain) > maxChain || bytes > 2*maxObject {
			return gitObject{}, errors.New("it is a chain of too many differences")
		}
		at = s.base
		o, found = p.bases.get(at)
	}
	for i := len(chain) - 1; i >= 0; i-- {
		data, err := patch(o.data, chain[i].delta)
		if err != nil {
			return gitObject{}, err
		}
		o = gitObject{o.kind, data}
		p.bases.put(chain[i].at, o, len(data))
	}
	return o, nil
}

// link is a difference and the place of the object that it makes.
type link struct {
	at    int64
	delta []byte
}

// inflate returns the header and the bytes stored at a place.
func (p *pack) inflate(at int64) (stored, []byte, error) {
	s, z, err := p.open(at)
	if err != nil {
		return stored{}, nil, err
	}
	defer z.Close()
	data, err := readExactly(z, s.size)
	return s, data, err
}

// size returns the size of the object at a place without building it.
func (p *pack) size(at int64) (int64, error) {
	s, z, err := p.open(at)
	if err != nil {
		return 0, err
	}
	defer z.Close()
	if s.base == 0 {
		return s.size, nil
	}
	var head [2 * binary.MaxVarintLen64]byte
	n, err := io.ReadFull(z, head[:min(int64(len(head)), s.size)])
	if err != nil {
		return 0, err
	}
	return deltaTarget(head[:n])
}

// open reads the header at a place and begins to inflate what follows.
func (p *pack) open(at int64) (stored, io.ReadCloser, error) {
	if at < 12 || at >= p.end {
		return stored{}, nil, errors.New("its place lies outside the pack")
	}
	z := inflaters.Get().(*inflater)
	z.src.Reset(io.NewSectionReader(p.file, at, p.end-at))
	s, err := p.header(z.src, at)
	if err == nil {
		err = z.begin()
	}
	if err != nil {
		z.Close()
		return stored{}, nil, err
	}
	return s, z, nil
}

func (p *pack) header(r *bufio.Reader, at int64) (stored, error) {
	b, err := r.ReadByte()
	s := stored{kind: plumbing.ObjectType(b >> 4 & 7), size: int64(b & 15)}
	for shift := 4; err == nil && b&0x80 != 0; shift += 7 {
		if shift > 53 {
			return s, errors.New("its size is not valid")
		}
		b, err = r.ReadByte()
		s.size |= int64(b&0x7f) << shift
	}
	if err != nil {
		return s, err
	}
	switch s.kind {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
		return s, nil
	case offsetDelta:
		s.base, err = p.distance(r, at)
		return s, err
	case nameDelta:
		var h plumbing.Hash
		if _, err := io.ReadFull(r, h[:]); err != nil {
			return s, err
		}
		base, ok := p.index.find(h)
		if !ok {
			return s, errors.New("its base " + h.String() + " is not in the pack")
		}
		s.base = base
		return s, nil
	}
	return s, errors.New("its type is not valid")
}

// distance reads how far before an object its base lies.
func (p *pack) distance(r *bufio.Reader, at int64) (int64, error) {
	var d int64
	for i := 0; ; i++ {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		d = d<<7 | int64(b&0x7f)
		if b&0x80 == 0 {
			break
		}
		if d++; i > 7 {
			break
		}
	}
	if d <= 0 || d >= at {
		return 0, errors.New("its base lies outside the pack")
	}
	return at - d, nil
}

// inflater is a zlib reader that is used again: its tables are large.
type inflater struct {
	src *bufio.Reader
	z   io.ReadCloser
}

var inflaters = sync.Pool{New: func() any { return &inflater{src: bufio.NewReaderSize(nil, 4096)} }}

func newInflater(r io.Reader) (*inflater, error) {
	i := inflaters.Get().(*inflater)
	i.src.Reset(r)
	if err := i.begin(); err != nil {
		i.Close()
		return nil, err
	}
	return i, nil
}

func (i *inflater) begin() (err error) {
	if i.z == nil {
		i.z, err = zlib.NewReader(i.src)
		return err
	}
	return i.z.(zlib.Resetter).Reset(i.src, nil)
}

// Read inflates.
func (i *inflater) Read(p []byte) (int, error) { return i.z.Read(p) }

// Close puts the inflater back.
func (i *inflater) Close() error {
	i.src.Reset(nil)
	inflaters.Put(i)
	return nil
}
