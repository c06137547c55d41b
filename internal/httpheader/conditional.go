package httpheader

import (
	"crypto/sha1"
	"encoding/hex"
	"hash/adler32"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Conditions are the headers of a request that make its answer conditional (RFC
// 9110 section 13, RFC 7233). If-Unmodified-Since is not among them: Werkzeug
// does not look at it.
type Conditions struct {
	IfMatch, IfNoneMatch, IfModifiedSince string
	IfRange, Range                        string
	HasIfRange, HasRange                  bool
}

// Verdict is what the conditions make of a response.
type Verdict struct {
	Status       int    // 0: as it was; else 206, 304, 412 or 416
	Start, Size  int64  // 206: the part of the body to send
	ContentRange string // 206, 416: the Content-Range header
}

// Judge decides about a response to GET or HEAD (make_conditional). etag is the
// response's ETag header, "" if it has none; lastModified its Last-Modified,
// the zero time if it has none. length is the length of the whole body if
// ranges of it may be sent, else 0. A range that cannot be sent is a 416 before
// anything else is looked at.
func (c *Conditions) Judge(etag string, lastModified time.Time, length int64) Verdict {
	if length > 0 && c.HasRange && (!c.HasIfRange || !c.modified(etag, lastModified, true)) {
		start, size, ok := ParseRange(c.Range, length)
		if !ok {
			return Verdict{Status: 416, ContentRange: "bytes */" + strconv.FormatInt(length, 10)}
		}
		return Verdict{Status: 206, Start: start, Size: size, ContentRange: contentRange(start, size, length)}
	}
	if c.modified(etag, lastModified, false) {
		return Verdict{}
	}
	if ParseETags(c.IfMatch).any {
		return Verdict{Status: 412}
	}
	return Verdict{Status: 304}
}

// modified reports whether the client has to be sent the resource anew
// (is_resource_modified). forRange asks on behalf of a range request, where
// If-Range counts.
func (c *Conditions) modified(etag string, lastModified time.Time, forRange bool) bool {
	rangeTag, rangeDate, hasTag, hasDate := "", time.Time{}, false, false
	if forRange && c.HasRange && c.IfRange != "" {
		if rangeDate, hasDate = ParseDate(c.IfRange); !hasDate {
			rangeTag, hasTag = unquoteETag(c.IfRange), true
		}
	}
	since, hasSince := rangeDate, hasDate
	if !hasSince {
		since, hasSince = ParseDate(c.IfModifiedSince)
	}
	unmodified := hasSince && !lastModified.IsZero() && !lastModified.Truncate(time.Second).After(since)
	if etag == "" {
		return !unmodified
	}
	etag = unquoteETag(etag)
	if hasTag {
		return !ParseETags(rangeTag).Contains(etag)
	}
	if tags := ParseETags(c.IfNoneMatch); tags.any {
		unmodified = tags.ContainsWeak(etag)
	}
	if tags := ParseETags(c.IfMatch); tags.any {
		unmodified = !tags.IsStrong(etag)
	}
	return !unmodified
}

// ParseETags reads a list of entity tags as Werkzeug does, which takes them
// unquoted too. A "*" anywhere stands for every tag.
func ParseETags(value string) ETags {
	e := ETags{}
	mayClose := true // whether a closing quote can still follow: keeps hostile input from being searched again and again
	for value != "" {
		weak := len(value) >= 2 && (value[0] == 'W' || value[0] == 'w') && value[1] == '/'
		if weak {
			value = value[2:]
		}
		tag, rest, quoted := "", "", false
		if mayClose && value != "" && value[0] == '"' {
			tag, rest, quoted = cutQuotedETag(value)
			mayClose = quoted
		}
		if !quoted {
			var more bool
			if tag, rest, more = strings.Cut(value, ","); more {
				tag, rest = trimRightASCII(tag), trimLeftASCII(rest)
			}
			if tag == "*" {
				return ETags{star: true, any: true}
			}
		}
		e.any = true
		value = rest
		switch {
		case quoted && tag == "": // counts as a tag, matches none
		case weak:
			e.weak = append(e.weak, tag)
		default:
			e.strong = append(e.strong, tag)
		}
	}
	return e
}

// cutQuotedETag takes a quoted tag off s: the text up to the first quote that a
// comma or the end follows.
func cutQuotedETag(s string) (tag, rest string, ok bool) {
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		after := trimLeftASCII(s[i+1:])
		switch {
		case i+1 == len(s):
			return s[1:i], "", true
		case after != "" && after[0] == ',':
			return s[1:i], trimLeftASCII(after[1:]), true
		}
	}
	return "", "", false
}

func trimLeftASCII(s string) string {
	for s != "" && pytext.IsASCIISpace(s[0]) {
		s = s[1:]
	}
	return s
}

func trimRightASCII(s string) string {
	for s != "" && pytext.IsASCIISpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// unquoteETag takes W/ and the quotes off an entity tag.
func unquoteETag(s string) string {
	s = pytext.Trim(s)
	if strings.HasPrefix(s, "W/") || strings.HasPrefix(s, "w/") {
		s = s[2:]
	}
	if s == `"` {
		return ""
	}
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// BodyETag makes the ETag header of a body (add_etag): its SHA-1.
func BodyETag(body []byte) string {
	sum := sha1.Sum(body)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// FileETag makes the ETag header of a file as send_file does: from time, size
// and path, never from the content.
func FileETag(modified time.Time, size int64, path string) string {
	b := append(make([]byte, 0, 48), '"')
	b = pytext.AppendFloat(b, float64(modified.Unix())+1e-9*float64(modified.Nanosecond()), 64)
	b = strconv.AppendInt(append(b, '-'), size, 10)
	b = strconv.AppendUint(append(b, '-'), uint64(adler32.Checksum([]byte(path))), 10)
	return string(append(b, '"'))
}
