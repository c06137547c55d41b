package compare

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
)

// secret is where one stood.
const secret = "(secret)"

// signed is where the signature of a token stood, with its time in front of it.
const signed = "(signed)"

var timeOfSigning = regexp.MustCompile(`\.[A-Za-z0-9_-]{6}\.\(signed\)`)

// csrfPayload is what a CSRF token signs: 40 digits in quotes, in base64.
var csrfPayload = regexp.MustCompile(`\bI[A-Za-z0-9_-]{55}\.\(signed\)`)

// normal is a text without what differs in every answer: the time and the signature
// of a token, the whole of a CSRF token and of a JSON Web Token, and the texts of
// JSON that a recording masks. Whom a token of ItsDangerous is for counts.
func normal(text []byte) []byte {
	plain := traffic.JWTs(string(text), func(string) string { return "(token)" })
	plain = traffic.Members(plain, func(string) string { return secret })
	plain = traffic.Signatures(plain, func(string) string { return signed })
	if len(plain) == len(text) && plain == string(text) {
		return text
	}
	plain = timeOfSigning.ReplaceAllString(plain, "."+signed)
	plain = csrfPayload.ReplaceAllStringFunc(plain, func(token string) string {
		payload, err := base64.RawURLEncoding.DecodeString(strings.TrimSuffix(token, "."+signed))
		if err == nil && isCSRFPayload(payload) {
			return "(token)"
		}
		return token
	})
	return []byte(plain)
}

// isCSRFPayload reports whether it is 40 digits of hexadecimal in quotes.
func isCSRFPayload(payload []byte) bool {
	digits, err := strconv.Unquote(string(payload))
	if err != nil || len(digits) != 40 {
		return false
	}
	_, err = hex.DecodeString(digits)
	return err == nil
}

// csrfNames are the fields and tags that carry the CSRF token.
var csrfNames = []string{"csrf_token", "csrf-token"}

// part is a piece of a page: a tag, an attribute, or a text, and where it stands.
type part struct{ place, text string }

// maxParts bounds what is compared piece by piece; of larger pages the first
// difference is told.
const maxParts = 3000

// compareHTML compares two pages by structure: neither the order of attributes nor
// spaces between words count, but in pre and textarea.
func compareHTML(before, after []byte) []Difference {
	a, b := partsOf(before), partsOf(after)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > maxParts || len(b) > maxParts {
		return []Difference{{Kind: KindHTML, Name: first(a, b).place, Was: textOf(a), Now: textOf(b)}}
	}
	var found []Difference
	for _, hunk := range hunks(a, b) {
		found = append(found, pairs(hunk[0], hunk[1])...)
	}
	return found
}

func first(a, b []part) part { return append(slices.Clip(a), b...)[0] }

func textOf(parts []part) string {
	if len(parts) == 0 {
		return "(none)"
	}
	return parts[0].text
}

// pairs makes differences of pieces that were replaced: those at one place belong
// together.
func pairs(a, b []part) []Difference {
	var found []Difference
	for _, p := range a {
		d := Difference{Kind: KindHTML, Name: p.place, Was: p.text, Now: "(none)"}
		if i := slices.IndexFunc(b, func(q part) bool { return q.place == p.place }); i >= 0 {
			d.Now = b[i].text
			b = slices.Delete(slices.Clone(b), i, i+1)
		}
		found = append(found, d)
	}
	for _, q := range b {
		found = append(found, Difference{Kind: KindHTML, Name: q.place, Was: "(none)", Now: q.text})
	}
	return found
}

// hunks are the pieces of a and b between those that both have, by the longest
// common subsequence.
func hunks(a, b []part) (found [][2][]part) {
	longest := make([][]uint16, len(a)+1)
	for i := range longest {
		longest[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		from, at := i, j
		for i < len(a) || j < len(b) {
			if i < len(a) && j < len(b) && a[i] == b[j] {
				break
			}
			if j == len(b) || i < len(a) && longest[i+1][j] >= longest[i][j+1] {
				i++
			} else {
				j++
			}
		}
		if i > from || j > at {
			found = append(found, [2][]part{a[from:i], b[at:j]})
		}
		for i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
		}
	}
	return found
}

// partsOf takes a page apart.
func partsOf(page []byte) []part {
	root, err := parse(page)
	if err != nil { // nested too deeply for the parser
		return []part{{"(page)", string(page)}}
	}
	var w walker
	w.children(root, "", false)
	return w.parts
}

// inTable begins what can stand in a table alone: a part of a page, as scripts ask
// for it, which the parser of whole pages would leave out.
var inTable = regexp.MustCompile(`(?i)^\s*<(?:tr|td|th|tbody|thead|tfoot|caption|colgroup|col)[\s/>]`)

// parse parses a page, or a part of one.
func parse(page []byte) (*html.Node, error) {
	if !inTable.Match(page) {
		return html.Parse(bytes.NewReader(page))
	}
	nodes, err := html.ParseFragment(bytes.NewReader(page), &html.Node{Type: html.ElementNode, Data: "template", DataAtom: atom.Template})
	root := &html.Node{Type: html.DocumentNode}
	for _, node := range nodes {
		root.AppendChild(node)
	}
	return root, err
}

type walker struct{ parts []part }

func (w *walker) add(place, text string) { w.parts = append(w.parts, part{place, text}) }

func (w *walker) children(n *html.Node, place string, keepSpace bool) {
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		switch child.Type {
		case html.DoctypeNode:
			w.add("doctype", child.Data)
		case html.TextNode:
			text := child.Data
			if !keepSpace {
				text = strings.Join(strings.Fields(text), " ")
			}
			if text != "" {
				w.add(strings.TrimSpace(place+" text"), text)
			}
		case html.ElementNode:
			w.element(child, place)
		}
	}
}

// element notes a tag, its attributes by name, and what is in it.
func (w *walker) element(n *html.Node, parent string) {
	name := n.Data
	if id := attribute(n, "id"); id != "" {
		name += "#" + id
	} else if field := attribute(n, "name"); field != "" {
		name += "[name=" + field + "]"
	}
	place := name
	if parent != "" {
		place = parent + " > " + name
	}
	w.add(place, "<"+n.Data+">")
	attributes := slices.Clone(n.Attr)
	slices.SortFunc(attributes, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
	for _, a := range attributes {
		value := a.Val
		if a.Key == "class" {
			value = strings.Join(strings.Fields(value), " ")
		}
		if (a.Key == "value" || a.Key == "content") && isCSRF(n) {
			value = "(token)"
		}
		w.add(place+" "+a.Key, value)
	}
	w.children(n, place, n.Data == "pre" || n.Data == "textarea")
	w.add(place+" end", "</"+n.Data+">")
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func isCSRF(n *html.Node) bool {
	return slices.Contains(csrfNames, attribute(n, "name"))
}

// csrfToken is the token in a page, "" if it has none.
func csrfToken(page []byte) string {
	if !bytes.Contains(page, []byte("csrf")) {
		return ""
	}
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return ""
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || !isCSRF(n) {
			continue
		}
		if value := attribute(n, "value"); value != "" {
			return value
		}
		if content := attribute(n, "content"); content != "" {
			return content
		}
	}
	return ""
}
