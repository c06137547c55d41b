package itsdangerous

import (
	"bytes"
	"compress/zlib"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// zlibInflate is what the standard library makes of a stream, up to the same
// limit.
func zlibInflate(stream []byte) ([]byte, bool) {
	z, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(z, MaxPayload+1))
	return out, err == nil && len(out) <= MaxPayload
}

func inflated(stream []byte) ([]byte, bool) {
	f := inflaters.Get().(*inflater) // as earlier streams left it
	defer inflaters.Put(f)
	f.stream = append(f.stream[:0], stream...)
	out, err := f.inflate([]byte("kept"))
	out, ok := bytes.CutPrefix(out, []byte("kept"))
	return out, ok && err == nil
}

func deflated(t testing.TB, payload []byte, level int) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	z.Write(payload)
	z.Close()
	return b.Bytes()
}

// samples are payloads of every texture: empty, repeated, text, noise, more
// than a window.
func samples() [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 5000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	var skewed bytes.Buffer // long codes: some symbols are very rare
	for i := range 20000 {
		skewed.WriteByte(byte(1 << (r.Uint32() % 8) * (r.Uint32() % uint32(i%97+1))))
	}
	return [][]byte{nil, []byte("a"), []byte("{\"nomes\":[\"Ana\",\"João\"]}"), noise, skewed.Bytes(),
		bytes.Repeat([]byte("a"), MaxPayload), []byte(strings.Repeat("session ", 9000)), append(noise, noise...)}
}

func TestInflateAgainstZlib(t *testing.T) {
	for i, payload := range samples() {
		for _, level := range []int{zlib.HuffmanOnly, zlib.NoCompression, 1, 6, 9} {
			stream := deflated(t, payload, level)
			if out, ok := inflated(stream); !ok || !bytes.Equal(out, payload) {
				t.Errorf("sample %d, level %d: got %d bytes, %v, want %d", i, level, len(out), ok, len(payload))
			}
			if _, ok := inflated(append(stream, "behind its end"...)); !ok {
				t.Errorf("sample %d, level %d: bytes after the end matter", i, level)
			}
			for cut := range min(len(stream), 40) {
				if _, ok := inflated(stream[:len(stream)-1-cut]); ok {
					t.Errorf("sample %d, level %d: a stream cut by %d was read", i, level, cut+1)
				}
			}
		}
	}
}

func TestInflateRefuses(t *testing.T) {
	good := deflated(t, []byte("payload"), 6)
	wrong := func(i int) []byte { b := bytes.Clone(good); b[i]++; return b }
	for name, stream := range map[string][]byte{
		"nothing":             nil,
		"another method":      wrong(0),
		"a header check":      wrong(1),
		"a checksum":          wrong(len(good) - 1),
		"a preset dictionary": {0x78, 0xbb, 0, 0, 0, 0},
		"a reserved block":    {0x78, 0x9c, 0x07},
		"stored lengths":      {0x78, 0x9c, 0x01, 1, 0, 0, 0, 'a'},
		"too much":            deflated(t, make([]byte, MaxPayload+1), 6),
		"too much, stored":    deflated(t, make([]byte, MaxPayload+1), 0),
	} {
		if out, ok := inflated(stream); ok {
			t.Errorf("%s: read %q", name, out)
		}
	}
}

// FuzzInflate compares with the standard library on streams that are none.
func FuzzInflate(f *testing.F) {
	for _, payload := range samples()[:5] {
		for _, level := range []int{0, 1, 9} {
			f.Add(deflated(f, payload, level))
		}
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		got, ok := inflated(stream)
		want, wanted := zlibInflate(stream)
		if ok != wanted || ok && !bytes.Equal(got, want) {
			t.Errorf("got %d bytes, %v; compress/zlib says %d, %v", len(got), ok, len(want), wanted)
		}
	})
}
