package history

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/idxfile"
)

// A tree of a thousand folders changes by one entry at a time. Stored whole
// each time, such trees would make up nearly all of a pack, so they are stored
// as differences to the version before, up to a chain as long as git's own.
const (
	worthDelta   = 1 << 11
	longestChain = 50
	longestCopy  = 1 << 16 // of one instruction of a difference
)

// written says where an object lies in the pack.
type written struct {
	at    int64
	crc   uint32
	chain int // differences that it builds on
}

// packWriter writes one pack, object by object.
type packWriter struct {
	dir   string
	file  *os.File
	out   *bufio.Writer
	at    int64
	known map[plumbing.Hash]written
	z     *zlib.Writer
	buf   bytes.Buffer
}

func newPackWriter(dir string) (*packWriter, error) {
	f, err := os.CreateTemp(dir, "tmp_pack_")
	if err != nil {
		return nil, err
	}
	p := &packWriter{dir: dir, file: f, out: bufio.NewWriterSize(f, 1<<18), known: map[plumbing.Hash]written{}}
	p.z, err = zlib.NewWriterLevel(&p.buf, zlib.BestSpeed)
	return p, errors.Join(err, p.emit(packHeader(0)))
}

func packHeader(count uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), count)
}

func (p *packWriter) emit(data []byte) error {
	n, err := p.out.Write(data)
	p.at += int64(n)
	return err
}

// object stores an object unless the pack has it already.
func (p *packWriter) object(kind plumbing.ObjectType, data []byte) (plumbing.Hash, written, error) {
	id := objectID(kind, data)
	if known, ok := p.known[id]; ok {
		return id, known, nil
	}
	w, err := p.store(id, byte(kind), len(data), nil, data)
	return id, w, err
}

// tree stores a tree, as a difference to its version before where that is
// worth it.
func (p *packWriter) tree(raw, before []byte, last written) (plumbing.Hash, written, error) {
	if before == nil || last.chain >= longestChain {
		return p.object(plumbing.TreeObject, raw)
	}
	id := objectID(plumbing.TreeObject, raw)
	if known, ok := p.known[id]; ok {
		return id, known, nil
	}
	delta := difference(before, raw)
	w, err := p.store(id, offsetDelta, len(delta), distance(p.at-last.at), delta)
	w.chain = last.chain + 1
	p.known[id] = w
	return id, w, err
}

// store appends header, base and deflated data to the pack.
func (p *packWriter) store(id plumbing.Hash, kind byte, size int, base, data []byte) (written, error) {
	p.buf.Reset()
	p.buf.Write(objectHeader(kind, size))
	p.buf.Write(base)
	p.z.Reset(&p.buf)
	_, err := p.z.Write(data)
	if err = errors.Join(err, p.z.Close()); err != nil {
		return written{}, err
	}
	w := written{at: p.at, crc: crc32.ChecksumIEEE(p.buf.Bytes())}
	p.known[id] = w
	return w, p.emit(p.buf.Bytes())
}

// objectHeader holds kind and size: four bits of the size, then seven a byte.
func objectHeader(kind byte, size int) []byte {
	b := []byte{kind<<4 | byte(size&15)}
	for size >>= 4; size > 0; size >>= 7 {
		b[len(b)-1] |= 0x80
		b = append(b, byte(size&0x7f))
	}
	return b
}

// distance is how far back a base lies, in git's own form: seven bits a byte,
// highest first, each continuation counting one more.
func distance(d int64) []byte {
	b := []byte{byte(d & 0x7f)}
	for d >>= 7; d > 0; d >>= 7 {
		d--
		b = append([]byte{byte(d&0x7f) | 0x80}, b...)
	}
	return b
}

// difference tells how to make one tree from another: what they begin with,
// what is new, and what they end with.
func difference(from, to []byte) []byte {
	head := common(len(from), len(to), func(i int) bool { return from[i] == to[i] })
	tail := common(len(from)-head, len(to)-head, func(i int) bool { return from[len(from)-1-i] == to[len(to)-1-i] })
	d := binary.AppendUvarint(nil, uint64(len(from)))
	d = binary.AppendUvarint(d, uint64(len(to)))
	d = appendCopy(d, 0, head)
	for rest := to[head : len(to)-tail]; len(rest) > 0; {
		n := min(len(rest), 127)
		d = append(append(d, byte(n)), rest[:n]...)
		rest = rest[n:]
	}
	return appendCopy(d, len(from)-tail, tail)
}

func common(m, n int, same func(int) bool) int {
	i := 0
	for i < min(m, n) && same(i) {
		i++
	}
	return i
}

// appendCopy copies a stretch of the base, in pieces that every reader takes.
func appendCopy(d []byte, from, n int) []byte {
	for n > 0 {
		size := min(n, longestCopy-1)
		d = append(d, 0x80|0x0f|0x30,
			byte(from), byte(from>>8), byte(from>>16), byte(from>>24), byte(size), byte(size>>8))
		from, n = from+size, n-size
	}
	return d
}

// finish writes count and checksum, and the index beside the pack.
func (p *packWriter) finish() error {
	if err := p.out.Flush(); err != nil {
		return err
	}
	if len(p.known) > math.MaxInt32 {
		return errors.New("too many objects for one pack")
	}
	if _, err := p.file.WriteAt(packHeader(uint32(len(p.known))), 0); err != nil {
		return err
	}
	sum, err := p.checksum()
	if err != nil {
		return err
	}
	if _, err := p.file.WriteAt(sum[:], p.at); err != nil {
		return err
	}
	base := filepath.Join(p.dir, "pack-"+sum.String())
	if err := p.writeIndex(base+".idx", sum); err != nil {
		return err
	}
	name := p.file.Name()
	err = errors.Join(p.file.Chmod(0o444), p.file.Close())
	p.file = nil
	return errors.Join(err, os.Rename(name, base+".pack"))
}

func (p *packWriter) checksum() (sum plumbing.Hash, err error) {
	h := sha1.New()
	_, err = io.Copy(h, io.NewSectionReader(p.file, 0, p.at))
	h.Sum(sum[:0])
	return sum, err
}

func (p *packWriter) writeIndex(name string, sum plumbing.Hash) error {
	x := &idxfile.Writer{}
	if err := x.OnHeader(uint32(len(p.known))); err != nil {
		return err
	}
	for id, w := range p.known {
		x.Add(id, uint64(w.at), w.crc)
	}
	p.known = nil
	if err := x.OnFooter(sum); err != nil {
		return err
	}
	index, err := x.Index()
	if err != nil {
		return err
	}
	return create(name, 0o444, func(w io.Writer) error {
		_, err := idxfile.NewEncoder(w).Encode(index)
		return err
	})
}

// create writes a new file through a buffer.
func create(name string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 1<<18)
	return errors.Join(write(b), b.Flush(), f.Close())
}

// close removes an unfinished pack.
func (p *packWriter) close() error {
	if p.file == nil {
		return nil
	}
	name := p.file.Name()
	err := p.file.Close()
	p.file = nil
	return errors.Join(err, os.Remove(name))
}
