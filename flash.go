package cantil

import (
	"slices"

	"github.com/cantil-go/cantil/session/codec"
)

// flashesKey is where Flask keeps flashed messages in the session.
const flashesKey = "_flashes"

// Flash keeps a message in the session for the next page that shows it,
// flash(message, category). The category is "message" unless given. It is
// stored as Flask stores it, so that either side shows the other's messages. Of
// an error its text is kept, and Markup stays HTML in cookies; in the rows of a
// store it becomes text, as package codec says.
func (c *Context) Flash(message any, category ...string) {
	kind := "message"
	if len(category) > 0 {
		kind = category[0]
	}
	s := c.Session()
	flashes := sequence(s.Get(flashesKey))
	s.Set(flashesKey, append(slices.Clip(flashes), codec.Tuple{kind, message}))
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
			c.flashes = parseFlashes(s.Pop(flashesKey))
		}
	}
	if len(categories) == 0 {
		return slices.Clone(c.flashes)
	}
	return slices.DeleteFunc(slices.Clone(c.flashes), func(f Flashed) bool {
		return !slices.Contains(categories, f.Category)
	})
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
