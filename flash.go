package cantil

import (
	"slices"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// flashesKey is where Flask keeps flashed messages in the session.
const flashesKey = "_flashes"

// Flash keeps a message in the session for the next page that shows it,
// flash(message, category). The category is "message" unless given. It is
// stored as Flask stores it, so that either side shows the other's messages. Of
// an error its text is kept, and Markup stays HTML in cookies; in the rows of a
// store it becomes text, as package codec says. With sessions in a store, requests
// of one visitor that flash at the same time lose none of their messages; see
// session.Session.Change.
func (c *Context) Flash(message any, category ...string) {
	kind := "message"
	if len(category) > 0 {
		kind = category[0]
	}
	pair := codec.Tuple{kind, message}
	c.Session().Change(flashesKey, func(old any) any {
		return append(slices.Clip(sequence(old)), pair)
	})
	for _, f := range c.app.signals.messageFlashed.Receivers() {
		(*f)(c, message, kind)
	}
}

// Flashed is a message with its category.
type Flashed struct {
	Category string
	Message  any
}

// GetFlashedMessages takes the flashed messages out of the session,
// get_flashed_messages(): the same ones for the rest of the request. With
// categories it returns only theirs (category_filter).
func (c *Context) GetFlashedMessages(categories ...string) []any {
	messages := []any{}
	for _, f := range c.GetFlashedMessagesWithCategories(categories...) {
		messages = append(messages, f.Message)
	}
	return messages
}

// GetFlashedMessagesWithCategories is get_flashed_messages(with_categories=True).
func (c *Context) GetFlashedMessagesWithCategories(categories ...string) []Flashed {
	if !c.flashesTaken {
		c.flashesTaken = true
		if s := c.Session(); s.Has(flashesKey) {
			c.flashes = takeFlashes(s)
		}
	}
	if len(categories) == 0 {
		return slices.Clone(c.flashes)
	}
	return slices.DeleteFunc(slices.Clone(c.flashes), func(f Flashed) bool {
		return !slices.Contains(categories, f.Category)
	})
}

// takeFlashes takes what is stored out of the session. Messages that another
// request has flashed meanwhile stay, for the page that shows them.
func takeFlashes(s *session.Session) []Flashed {
	var taken []any
	first := true
	s.Change(flashesKey, func(old any) any {
		if first {
			taken, first = sequence(old), false
			return nil
		}
		if left := without(sequence(old), taken); len(left) > 0 {
			return left
		}
		return nil
	})
	return parseFlashes(taken)
}

// without returns the members of list but those of taken, each of which stands
// for one.
func without(list, taken []any) []any {
	count := map[string]int{}
	for _, item := range taken {
		count[stored(item)]++
	}
	var left []any
	for _, item := range list {
		if key := stored(item); count[key] > 0 {
			count[key]--
		} else {
			left = append(left, item)
		}
	}
	return left
}

// stored is a message as it comes back from a store, encoded.
func stored(item any) string {
	data, err := codec.Msgpack.AppendValue(nil, item)
	if err != nil { // tags know more types
		data, _ = codec.TaggedJSON.AppendValue(nil, item)
	}
	return string(data)
}

// parseFlashes reads the stored list of pairs; tagged JSON gives tuples, msgpack
// lists. Members that are not pairs are dropped.
func parseFlashes(stored any) []Flashed {
	var flashes []Flashed
	for _, item := range sequence(stored) {
		if pair := sequence(item); len(pair) == 2 {
			kind, _ := pair[0].(string)
			flashes = append(flashes, Flashed{kind, pair[1]})
		}
	}
	return flashes
}

// sequence returns a list or tuple as a slice, nil for anything else.
func sequence(v any) []any {
	switch v := v.(type) {
	case []any:
		return v
	case codec.Tuple:
		return v
	}
	return nil
}
