package compare

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
)

// compareBodies compares HTML by structure, JSON by value, and anything else byte
// by byte.
func compareBodies(was, now *traffic.Response) []Difference {
	a, b := was.Body, now.Body
	if a.Cut != nil || b.Cut != nil {
		return compareCut(a, b)
	}
	before, after := bodyOf(was), bodyOf(now)
	switch mediatype, _, _ := mime.ParseMediaType(traffic.Get(was.Headers, "Content-Type")); {
	case bytes.Equal(before, after):
		return nil
	case mediatype == "text/html":
		return compareHTML(before, after)
	case mediatype == "application/json" || strings.HasSuffix(mediatype, "+json"):
		return compareJSON(KindJSON, before, after)
	}
	return []Difference{{Kind: KindBody, Name: "bytes", Was: string(before), Now: string(after)}}
}

// bodyOf is the body of an answer without what may differ.
func bodyOf(answer *traffic.Response) []byte {
	text, _ := answer.Body.Bytes() // the reader has tried
	if traffic.Get(answer.Headers, "Location") != "" {
		text = maskedDigits.ReplaceAll([]byte(traffic.MaskLocation(answer.Headers, string(text))), []byte(secret))
	}
	return normal(text)
}

// compareCut compares two bodies of which one was too large to be kept at least.
func compareCut(a, b traffic.Body) []Difference {
	describe := func(body traffic.Body) string {
		if body.Cut == nil {
			text, _ := body.Bytes()
			sum := sha256.Sum256(text)
			body.Cut = &traffic.Cut{Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}
		}
		return fmt.Sprintf("%d bytes, SHA-256 %s", body.Cut.Size, body.Cut.SHA256)
	}
	if was, now := describe(a), describe(b); was != now {
		return []Difference{{Kind: KindBody, Name: "bytes", Was: was, Now: now}}
	}
	return nil
}

// compareJSON compares two documents by value: neither spaces, the order of keys
// nor escapes count.
func compareJSON(kind string, before, after []byte) []Difference {
	was, err := decodeJSON(before)
	now, err2 := decodeJSON(after)
	if err != nil || err2 != nil {
		return []Difference{{Kind: kind, Name: "$", Was: string(before), Now: string(after)}}
	}
	var found []Difference
	compareValues(kind, "$", was, now, &found)
	return found
}

func decodeJSON(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something behind the document")
	}
	return v, nil
}

// none stands for a value that is not there.
type none struct{}

func compareValues(kind, place string, was, now any, found *[]Difference) {
	switch a := was.(type) {
	case map[string]any:
		if b, ok := now.(map[string]any); ok {
			compareObjects(kind, place, a, b, found)
			return
		}
	case []any:
		if b, ok := now.([]any); ok {
			for i := range max(len(a), len(b)) {
				compareValues(kind, fmt.Sprintf("%s[%d]", place, i), item(a, i), item(b, i), found)
			}
			return
		}
	case json.Number:
		if b, ok := now.(json.Number); ok && sameNumber(a, b) {
			return
		}
	default:
		if was == now {
			return
		}
	}
	*found = append(*found, Difference{Kind: kind, Name: place, Was: written(was), Now: written(now)})
}

func compareObjects(kind, place string, a, b map[string]any, found *[]Difference) {
	keys := slices.Sorted(maps.Keys(a))
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		compareValues(kind, place+"."+key, member(a, key), member(b, key), found)
	}
}

func member(object map[string]any, key string) any {
	if v, ok := object[key]; ok {
		return v
	}
	return none{}
}

func item(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return none{}
}

// sameNumber: 1 and 1.0 are one number.
func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, err := a.Float64()
	y, err2 := b.Float64()
	if err != nil || err2 != nil || strings.ContainsAny(string(a+b), ".eE") {
		return err == nil && err2 == nil && x == y
	}
	return false
}

func written(v any) string {
	if v == (none{}) {
		return "(none)"
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
