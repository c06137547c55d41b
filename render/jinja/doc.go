// Package jinja renders Jinja templates, the language of Flask, in Go. It
// gives what Jinja 3.1 under Flask 3.1 gives, byte for byte: the same output,
// the same escaping, the same errors in the same lines. It needs nothing but
// the standard library and this module's own rules of Python's text.
//
//	env := jinja.New(jinja.FS(templates)) // an embed.FS, or jinja.Dir("templates")
//	env.Globals["url_for"] = urlFor
//	env.Filters["brl"] = func(v float64) string { return fmt.Sprintf("R$ %.2f", v) }
//
//	t, err := env.Get("page.html")
//	if err != nil {
//		return err
//	}
//	return t.Render(w, map[string]any{"user": user, "posts": posts})
//
// # Values
//
// Any Go value can be given to a template. Maps act as dicts, slices as lists,
// structs as objects: user.created_at finds the field CreatedAt (or one with a
// jinja or json tag of that name), user.is_adult() calls the method IsAdult.
// Only exported fields and methods exist. Go's maps have no order, so they
// iterate by sorted key; [Dict] keeps the order of its keys, as Python's dict
// does. A template can change a *[List] or a *Dict, but not a slice or a map
// of the host. Texts are counted in characters, not in bytes.
//
// A type of the host can take part in more ways: as a [Mapping], an
// [Attributer], an [HTMLer]; and names need not have a value before they are
// used, see [Scope] and [Resolver].
//
// Functions may have any signature. A last result of type error ends the
// render. A last parameter of type [Kwargs] takes keywords, and [Func] gives
// parameters names and defaults.
//
// # Extensions
//
// Tags beyond Jinja's own are in extensions, which an environment is given by
// [Env.AddExtension]: [I18n] with trans and gettext, [Do], [LoopControls] with
// break and continue, [Debug]. [Extension] is how a host adds a tag. The texts
// that begin and end tags are fields of [Env], as are the prefixes of line
// statements and line comments.
//
// # Safety
//
// In templates whose names end in .html, .htm, .xml, .xhtml or .svg, and in
// those made from strings, all output is escaped but [Markup]. String
// operations keep Markup safe by escaping what is added to it. There is one
// place where values become output, whatever they are.
//
// A template cannot end the process: the depth of calls, the steps of work,
// the output and the bytes of all values are bounded (see [Limits]), panics in
// functions of the host become errors, and a failed render leaves no output.
//
// # Differences from Jinja
//
//   - There are no async templates and no overlays, and an extension reads no
//     stream of tokens: it has tags, or changes the source.
//   - A message that is no literal and has no translation is escaped:
//     {{ _(name) }}. Jinja takes it for safe HTML.
//   - A break within {% autoescape %} leaves the setting outside as it was.
//   - Encodings of bytes are UTF-8, ASCII, Latin-1, UTF-16 and UTF-32.
//   - Equal texts are the same to "is sameas" unless both are literals; Python
//     has several objects of one text.
//   - The last digit of a power of floats may differ: it is that of math.Pow.
//   - Objects have no attributes with double underscores, so there is no way
//     from a value to the interpreter.
//   - A template imported without context is run once in each render, not
//     once for ever: what it counts in a namespace starts anew.
//   - Where Python would give a complex number there is an error, and printed
//     functions and generators show no address.
//   - A slice of Go has no append: pass a *[List] for that.
//   - A struct of Go can be given to tojson; Flask refuses objects.
//   - An include without context inside of a set or filter block becomes part
//     of that block; Jinja writes it out before.
//   - Where the filter indent and the method translate work on a safe text,
//     what they add to it is escaped; Jinja takes it for safe.
//   - Markup.replace looks for the escaped form of its first argument, as up
//     to MarkupSafe 2.
package jinja
