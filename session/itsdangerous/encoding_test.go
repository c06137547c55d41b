package itsdangerous

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// TestDecodeAsPython: the results are those of
// itsdangerous.encoding.base64_decode.
func TestDecodeAsPython(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"", "", true},
		{"YWJj", "abc", true},
		{"YWI", "ab", true},
		{"YWI=", "ab", true},
		{"YWI=====", "ab", true},
		{"YWJ", "ab", true}, // spare bits
		{"_-8", "\xff\xef", true},
		{"/+8", "\xff\xef", true},
		{"YW!!!!I", "ab", true}, // seven characters and a pad
		{"YW!I", "", false},     // looks like a whole group, and is not
		{"YWI\n", "", false},
		{"YWJj\xc3\xa9", "abc", true},
		{"!!!!", "", true},
		{"Y", "", false},
		{"YWI=YWI", "ab", true}, // nothing counts after the padding
	} {
		got, err := appendDecode([]byte("x"), []byte(c.in))
		if (err == nil) != c.ok || c.ok && string(got) != "x"+c.want {
			t.Errorf("%q: %q, %v", c.in, got, err)
		}
	}
}

func TestCompression(t *testing.T) {
	noise := make([]byte, 3000)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	for _, c := range []struct {
		name       string
		payload    []byte
		compressed bool
	}{
		{"too short to try", bytes.Repeat([]byte("a"), pays.min-1), false},
		{"shorter", bytes.Repeat([]byte("a"), pays.min), true},
		{"hexadecimal digits", []byte(hex.EncodeToString(noise[:100])), true},
		{"not shorter", noise, false},
		{"a little shorter", append(noise[:900:900], bytes.Repeat([]byte("a"), 100)...), false},
		{"large, and a little shorter", append(bytes.Repeat([]byte("a"), 300), noise[:2700]...), true},
	} {
		s := NewURLSafeTimedSerializer("secret", Salt("salt"), KeyDerivation("hmac"))
		cookie := s.AppendDumps(nil, c.payload, time.Unix(1, 0))
		if got := cookie[0] == '.'; got != c.compressed {
			t.Errorf("%s: compressed is %v", c.name, got)
		}
		if got, _, err := s.AppendLoads(nil, cookie, NoMaxAge, time.Time{}); err != nil || !bytes.Equal(got, c.payload) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestInflate signs zlib streams as another program may write them.
func TestInflate(t *testing.T) {
	deflate := func(n, level int) []byte {
		var buf bytes.Buffer
		z, err := zlib.NewWriterLevel(&buf, level)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = z.Write(bytes.Repeat([]byte("a"), n))
		_ = z.Close()
		return buf.Bytes()
	}
	good := deflate(1000, 6)
	wrongSum := bytes.Clone(good)
	wrongSum[len(wrongSum)-1]++
	for _, c := range []struct {
		name   string
		stream []byte
		want   int // bytes; 0 is an error
	}{
		{"level 6", good, 1000},
		{"level 9", deflate(1000, 9), 1000},
		{"stored", deflate(1000, 0), 1000},
		{"one byte", deflate(1, 6), 1},
		{"bytes after the end", append(bytes.Clone(good), "junk"...), 1000},
		{"the largest", deflate(MaxPayload, 6), MaxPayload},
		{"too large", deflate(MaxPayload+1, 6), 0},
		{"bomb", deflate(5<<20, 9), 0},
		{"cut off", good[:len(good)-1], 0},
		{"wrong checksum", wrongSum, 0},
		{"no header", good[2:], 0},
		{"empty", nil, 0},
	} {
		s := NewURLSafeTimedSerializer("secret", Salt("salt"), KeyDerivation("hmac"))
		text := b64.AppendEncode([]byte("."), c.stream)
		cookie := s.signer.AppendSign(nil, text, time.Unix(1, 0))
		got, _, err := s.AppendLoads(nil, cookie, NoMaxAge, time.Time{})
		if len(got) != c.want || c.want == 0 && !errors.Is(err, ErrBadPayload) || c.want > 0 && err != nil {
			t.Errorf("%s: %d bytes, %v", c.name, len(got), err)
		}
	}
}

func TestBombTakesLittleMemory(t *testing.T) {
	var buf bytes.Buffer
	z := zlib.NewWriter(&buf)
	_, _ = z.Write(make([]byte, 20<<20))
	_ = z.Close()
	text := b64.AppendEncode(nil, buf.Bytes())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := appendInflated(nil, text)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 2<<20 || !errors.Is(err, ErrBadPayload) {
		t.Errorf("took %d bytes, %v", got, err)
	}
}
