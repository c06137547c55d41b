package flaskobject

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cantil-go/cantil/internal/httpheader"
	"github.com/cantil-go/cantil/render/jinja"
)

// Accept is one of the Accept headers.
func Accept(class string, a httpheader.Accept) *Mapping {
	m := &Mapping{Object: Object{Class: class}}
	m.Iter = func() []any {
		list := []any{}
		a.Pairs(func(value string, quality float64) bool {
			list = append(list, jinja.Tuple{value, pythonQuality(quality)})
			return true
		})
		return list
	}
	m.AllKeys = m.Iter
	m.Text = a.String
	m.Item = func(key any) (any, bool) {
		switch key := key.(type) {
		case string:
			if !a.Has(key) {
				return 0, true
			}
			return pythonQuality(a.Quality(key)), true
		case int:
			list := m.Iter()
			if key < 0 {
				key += len(list)
			}
			if 0 <= key && key < len(list) {
				return list[key], true
			}
		}
		return nil, false
	}
	m.Attr = func(name string) (any, bool) { return acceptAttr(a, name) }
	m.Contains = func(item any) bool { text, ok := item.(string); return ok && a.Has(text) }
	return m
}

// pythonQuality is a weight as Werkzeug keeps it: the integer 1 where the header
// names none.
func pythonQuality(quality float64) any {
	if quality == 1 {
		return 1
	}
	return quality
}

func acceptAttr(a httpheader.Accept, name string) (any, bool) {
	switch name {
	case "best":
		return OrNone(a.Best()), true
	case "best_match":
		return jinja.Func(name, func(matches []string, def any) any {
			if best := a.BestMatch(matches...); best != "" {
				return best
			}
			return def
		}, jinja.P("matches"), jinja.P("default", nil)), true
	case "quality":
		return func(key string) any {
			if !a.Has(key) {
				return 0
			}
			return pythonQuality(a.Quality(key))
		}, true
	case "values":
		return func() []any { return Anys(a.Values()) }, true
	case "to_header":
		return a.String, true
	case "provided":
		return a.Provided(), true
	case "accept_html":
		return a.Has("text/html") || a.Has("application/xhtml+xml") || a.Has("application/xml"), true
	case "accept_xhtml":
		return a.Has("application/xhtml+xml") || a.Has("application/xml"), true
	case "accept_json":
		return a.Has("application/json"), true
	}
	return nil, false
}

// Authorization is request.authorization: nil, None, without a header that can
// be read.
func Authorization(a httpheader.Authorization, ok bool) any {
	if !ok {
		return nil
	}
	parameters := func(name string) (any, bool) { v, ok := a.Parameters[name]; return v, ok }
	return &Object{Class: "Authorization", Attr: func(name string) (any, bool) {
		switch name {
		case "type":
			return a.Scheme, true
		case "token":
			if a.Parameters == nil {
				return a.Token, true
			}
			return nil, true
		case "parameters":
			all := jinja.NewDict()
			if _, ok := a.Parameters["username"]; ok { // it comes first
				all.Set("username", a.Parameters["username"])
			}
			for _, key := range sortedKeys(a.Parameters) {
				all.Set(key, a.Parameters[key])
			}
			return all, true
		case "get":
			return jinja.Func(name, func(key string, def any) any {
				if v, ok := parameters(key); ok {
					return v
				}
				return def
			}, jinja.P("key"), jinja.P("default", nil)), true
		}
		v, ok := parameters(name)
		if !ok { // __getattr__ is parameters.get
			return nil, true
		}
		return v, true
	}}
}

// UserAgent is request.user_agent: Werkzeug parses nothing of it any more.
func UserAgent(text string) *Object {
	return &Object{Class: "UserAgent", Text: func() string { return text }, Attr: Fixed(map[string]any{
		"string": text, "platform": nil, "browser": nil, "version": nil, "language": nil,
		"to_header": func() string { return text },
	})}
}

// TimeDelta is a datetime.timedelta.
func TimeDelta(d time.Duration) *Object {
	micro := d.Round(time.Microsecond).Microseconds()
	const day = 24 * 3600 * 1_000_000
	days := micro / day
	if micro%day < 0 {
		days--
	}
	rest := micro - days*day
	seconds, micros := rest/1_000_000, rest%1_000_000
	text := func() string {
		s := fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
		if micros != 0 {
			s += fmt.Sprintf(".%06d", micros)
		}
		switch {
		case days == 1 || days == -1:
			return strconv.FormatInt(days, 10) + " day, " + s
		case days != 0:
			return strconv.FormatInt(days, 10) + " days, " + s
		}
		return s
	}
	return &Object{Class: "timedelta", Text: text, Attr: Fixed(map[string]any{
		"days": int(days), "seconds": int(seconds), "microseconds": int(micros),
		"total_seconds": func() float64 { return float64(micro) / 1e6 },
	})}
}

// HeaderSet is a header that is a list of names, HeaderSet.
func HeaderSet(header string) *Mapping {
	list := httpheader.SplitList(header)
	m := &Mapping{Object: Object{Class: "HeaderSet"}}
	m.Text = func() string { return httpheader.JoinList(list) }
	m.AllKeys = func() []any { return Anys(list) }
	m.Contains = func(item any) bool { text, ok := item.(string); return ok && httpheader.ListHas(header, text) }
	m.Item = func(key any) (any, bool) {
		i, ok := key.(int)
		if !ok || i < 0 || i >= len(list) {
			return nil, false
		}
		return list[i], true
	}
	m.Attr = Fixed(map[string]any{"to_header": m.Text, "find": func(item string) int {
		for i := range list {
			if httpheader.ListHas(list[i], item) {
				return i
			}
		}
		return -1
	}})
	return m
}

// ETags is If-Match or If-None-Match.
func ETags(e httpheader.ETags) *Mapping {
	m := &Mapping{Object: Object{Class: "ETags", Text: e.String}}
	m.AllKeys = func() []any { return Anys(e.Strong()) }
	m.Contains = func(item any) bool { tag, ok := item.(string); return ok && e.Contains(tag) }
	m.Item = func(any) (any, bool) { return nil, false }
	m.Attr = Fixed(map[string]any{
		"star_tag": e.Star(), "contains": e.Contains, "contains_weak": e.ContainsWeak, "is_strong": e.IsStrong,
		"is_weak": e.IsWeak, "to_header": e.String,
		"contains_raw": func(quoted string) bool {
			tag, weak := httpheader.UnquoteETag(quoted)
			return e.Contains(tag) || weak && e.ContainsWeak(tag)
		},
		"as_set": jinja.Func("as_set", func(weak bool) any {
			all := e.Strong()
			if weak {
				all = append(all, e.Weak()...)
			}
			return Strings(all)
		}, jinja.P("include_weak", false)),
	})
	return m
}

// Range is the Range header, nil, None, without one that can be read.
func Range(r httpheader.Range, ok bool) any {
	if !ok {
		return nil
	}
	pieces := &jinja.List{}
	for _, p := range r.Pieces {
		var end any
		if !p.Open {
			end = int(p.End)
		}
		pieces.Items = append(pieces.Items, jinja.Tuple{int(p.Start), end})
	}
	contentRange := func(length int) any {
		start, end, ok := r.ForLength(int64(length))
		if !ok {
			return nil
		}
		return fmt.Sprintf("%s %d-%d/%d", r.Units, start, end-1, length)
	}
	return &Object{Class: "Range", Text: r.String, Attr: Fixed(map[string]any{
		"units": r.Units, "ranges": pieces, "to_header": r.String, "to_content_range_header": contentRange,
		"range_for_length": func(length int) any {
			if start, end, ok := r.ForLength(int64(length)); ok {
				return jinja.Tuple{int(start), int(end)}
			}
			return nil
		},
	})}
}

// IfRange is the If-Range header: a date, or an entity tag.
func IfRange(header string) *Object {
	var etag, date any
	text := ""
	if at, ok := httpheader.ParseDate(header); ok {
		date, text = at.In(time.FixedZone("UTC", 0)), httpheader.FormatDate(at)
	} else if header != "" {
		tag, _ := httpheader.UnquoteETag(header)
		etag, text = tag, `"`+tag+`"`
	}
	return &Object{Class: "IfRange", Text: func() string { return text }, Attr: Fixed(map[string]any{
		"etag": etag, "date": date, "to_header": func() string { return text },
	})}
}

// CacheControl is a request's Cache-Control header.
func CacheControl(c httpheader.CacheControl) *Object {
	return &Object{Class: "RequestCacheControl", Text: c.String, Attr: func(name string) (any, bool) {
		directive := strings.ReplaceAll(name, "_", "-")
		switch name {
		case "no_store", "no_cache", "no_transform", "only_if_cached":
			return c.Has(directive), true
		case "max_age", "min_fresh", "stale_if_error", "max_stale":
			if d, ok := c.Seconds(directive); ok {
				return int(d / time.Second), true
			}
			if name == "max_stale" && c.Has(directive) && c.Value(directive) == "" {
				return true, true
			}
			return nil, true
		case "to_header":
			return c.String, true
		case "provided":
			return true, true
		}
		return nil, false
	}}
}
