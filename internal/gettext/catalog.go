// Package gettext reads compiled message catalogs, .mo files, by the rules of
// Python's module gettext, and chooses plural forms by their own expressions.
package gettext

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Catalog is the messages of a language. It may be read by many goroutines at
// once. The zero Catalog has none.
type Catalog struct {
	// Header are the fields of the entry for "", in lower case.
	Header map[string]string

	messages map[key]message
	plural   *Plural
}

// key is what a message is found by. A context of "" is not the same as none.
type key struct {
	context    string
	id         string
	hasContext bool
}

// message is a translation: one text, or its plural forms, or both where a file
// has a message with a plural and one without.
type message struct {
	text    string
	hasText bool
	forms   []string
}

// with gives the message with what only an older entry has.
func (m message) with(old message) message {
	if !m.hasText {
		m.text, m.hasText = old.text, old.hasText
	}
	if m.forms == nil {
		m.forms = old.forms
	}
	return m
}

// maxMessages bounds the entries of a file; one of them takes 16 bytes in it.
const maxMessages = 1 << 22

// Read reads a .mo file of either byte order. A file that is cut short, has
// messages outside of itself, a charset that is not known or a plural expression
// that is none is an error.
func Read(data []byte) (*Catalog, error) {
	if len(data) < 20 {
		return nil, errors.New("gettext: not a .mo file: it is too short")
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch order.Uint32(data) {
	case 0x950412de:
	case 0xde120495:
		order = binary.BigEndian
	default:
		return nil, errors.New("gettext: not a .mo file: bad magic number")
	}
	if version := order.Uint32(data[4:]) >> 16; version > 1 {
		return nil, fmt.Errorf("gettext: the .mo file is of version %d, which is not known", version)
	}
	r := &reader{data: data, order: order, decode: asciiText}
	count := order.Uint32(data[8:])
	if count > maxMessages || int64(count)*16 > int64(len(data)) {
		return nil, errors.New("gettext: the .mo file is corrupt: it announces more messages than it can hold")
	}
	c := &Catalog{Header: map[string]string{}, messages: make(map[key]message, count), plural: germanic}
	ids, texts := int64(order.Uint32(data[12:])), int64(order.Uint32(data[16:]))
	for i := range int64(count) {
		id, err := r.entry(ids + 8*i)
		if err != nil {
			return nil, err
		}
		text, err := r.entry(texts + 8*i)
		if err != nil {
			return nil, err
		}
		if err := c.add(r, id, text); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// reader takes the texts out of a file.
type reader struct {
	data   []byte
	order  binary.ByteOrder
	decode func([]byte) (string, error)
}

// entry gives the bytes that the pair of length and offset at a place means. As
// in Python they are followed by at least one byte more.
func (r *reader) entry(at int64) ([]byte, error) {
	if at+8 > int64(len(r.data)) {
		return nil, errors.New("gettext: the .mo file is corrupt: its tables are cut off")
	}
	n, start := int64(r.order.Uint32(r.data[at:])), int64(r.order.Uint32(r.data[at+4:]))
	if start+n >= int64(len(r.data)) {
		return nil, errors.New("gettext: the .mo file is corrupt: a message is outside of it")
	}
	return r.data[start : start+n], nil
}

// add takes an entry. The one for "" is the header, which says how to read those
// after it.
func (c *Catalog) add(r *reader, id, text []byte) error {
	if len(id) == 0 {
		if err := c.readHeader(r, string(text)); err != nil {
			return err
		}
	}
	idText, err := r.decode(id)
	if err != nil {
		return err
	}
	translated, err := r.decode(text)
	if err != nil {
		return err
	}
	singular, plural, hasPlural := strings.Cut(idText, "\x00")
	if hasPlural && strings.Contains(plural, "\x00") {
		return errors.New("gettext: the .mo file is corrupt: a message has two plurals")
	}
	k := key{id: singular}
	if context, rest, ok := strings.Cut(singular, "\x04"); ok {
		k = key{context, rest, true}
	}
	m := message{text: translated, hasText: true}
	if hasPlural {
		m = message{forms: strings.Split(translated, "\x00")}
	}
	c.messages[k] = m.with(c.messages[k])
	return nil
}

// readHeader reads the fields of the header.
func (c *Catalog) readHeader(r *reader, text string) error {
	last := ""
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#-#-#-#-#") && strings.HasSuffix(line, "#-#-#-#-#") {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			if last != "" {
				c.Header[last] += "\n" + line
			}
			continue
		}
		last = strings.ToLower(strings.TrimSpace(name))
		c.Header[last] = strings.TrimSpace(value)
		if err := c.setField(r, last, c.Header[last]); err != nil {
			return err
		}
	}
	return nil
}

func (c *Catalog) setField(r *reader, name, value string) (err error) {
	switch name {
	case "content-type":
		if _, charset, ok := strings.Cut(value, "charset="); ok {
			r.decode, err = decoder(charset)
		}
	case "plural-forms":
		_, rest, _ := strings.Cut(value, ";")
		_, expression, ok := strings.Cut(rest, "plural=")
		if !ok {
			return fmt.Errorf("gettext: the header names no plural expression: %q", value)
		}
		expression, _, _ = strings.Cut(expression, ";")
		c.plural, err = ParsePlural(expression)
	}
	return err
}

// decoder gives the reader of a charset: UTF-8, ASCII or one of a byte a
// character.
func decoder(charset string) (func([]byte) (string, error), error) {
	plain := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(strings.TrimSpace(charset)))
	switch plain {
	case "utf8":
		return utf8Text, nil
	case "ascii", "usascii", "charset": // CHARSET is what a template of a catalog has
		return asciiText, nil
	case "latin1":
		plain = "iso88591"
	}
	if strings.HasPrefix(plain, "cp125") {
		plain = "windows" + plain[2:]
	}
	for _, enc := range charmap.All {
		if cm, ok := enc.(*charmap.Charmap); ok && strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(cm.String())) == plain {
			return func(b []byte) (string, error) {
				s, err := cm.NewDecoder().Bytes(b)
				return string(s), err
			}, nil
		}
	}
	return nil, fmt.Errorf("gettext: the charset %q is not known", charset)
}

func utf8Text(b []byte) (string, error) {
	if !utf8.Valid(b) {
		return "", fmt.Errorf("gettext: a message is no UTF-8: %.40q", b)
	}
	return string(b), nil
}

func asciiText(b []byte) (string, error) {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return "", fmt.Errorf("gettext: a message is no ASCII, and the header names no charset: %.40q", b)
		}
	}
	return string(b), nil
}

// New makes a catalog of messages, for tests: a key with a context is
// "context\x04message", and plural the expression, or "".
func New(messages map[string][]string, plural string) (*Catalog, error) {
	c := &Catalog{messages: map[key]message{}, plural: germanic}
	if plural != "" {
		var err error
		if c.plural, err = ParsePlural(plural); err != nil {
			return nil, err
		}
	}
	for id, forms := range messages {
		k := key{id: id}
		if context, rest, ok := strings.Cut(id, "\x04"); ok {
			k = key{context, rest, true}
		}
		c.messages[k] = message{forms: forms}
		if len(forms) == 1 {
			c.messages[k] = message{text: forms[0], hasText: true}
		}
	}
	return c, nil
}

// Merge adds the messages of another catalog, which take precedence, and takes
// its plural expression, as Flask-Babel does with catalogs of several folders.
func (c *Catalog) Merge(other *Catalog) {
	if c.messages == nil {
		c.messages = map[key]message{}
	}
	for k, m := range other.messages {
		c.messages[k] = m.with(c.messages[k])
	}
	c.plural = other.plural
	if c.Header == nil {
		c.Header = map[string]string{}
	}
	maps.Copy(c.Header, other.Header)
}

// Len counts the messages.
func (c *Catalog) Len() int { return len(c.messages) }

// GetText gives the translation of a message, or the message.
func (c *Catalog) GetText(id string) string { return c.one(key{id: id}, id) }

// PGetText is GetText for a message with a context.
func (c *Catalog) PGetText(context, id string) string { return c.one(key{context, id, true}, id) }

// NGetText gives the form of a message for a count; without a translation the
// singular for 1 and else the plural.
func (c *Catalog) NGetText(singular, plural string, n float64) string {
	return c.form(key{id: singular}, singular, plural, n)
}

// NPGetText is NGetText for a message with a context.
func (c *Catalog) NPGetText(context, singular, plural string, n float64) string {
	return c.form(key{context, singular, true}, singular, plural, n)
}

// one gives a message; of one that has plural forms alone, the form for 1.
func (c *Catalog) one(k key, id string) string {
	m, ok := c.messages[k]
	switch {
	case m.hasText:
		return m.text
	case !ok || k.hasContext: // Python does not look at the forms of these
		return id
	}
	if i, ok := c.plural.Form(1); ok && i < len(m.forms) {
		return m.forms[i]
	}
	return id
}

func (c *Catalog) form(k key, singular, plural string, n float64) string {
	if m, ok := c.messages[k]; ok && m.forms != nil && !math.IsNaN(n) {
		if i, ok := c.plural.Form(n); ok && i < len(m.forms) {
			return m.forms[i]
		}
	}
	if n == 1 {
		return singular
	}
	return plural
}
