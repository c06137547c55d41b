package conformance

import (
	"fmt"
	"strconv"
	"time"

	"github.com/cantil-go/cantil"
)

func cookies() *cantil.App {
	app := cantil.New()

	app.Route("/echo")(func(c *cantil.Context) any {
		return c.JSONify(pairs(c.Cookies()))
	})

	app.Route("/get/<name>")(func(c *cantil.Context) any {
		return c.JSONify(optional(c.Cookies(), c.Param("name")))
	})

	app.Route("/value")(func(c *cantil.Context) any {
		resp := c.MakeResponse("ok")
		resp.SetCookie("c", c.Args().Must("v"))
		return resp
	})

	app.Route("/name")(func(c *cantil.Context) any {
		resp := c.MakeResponse("ok")
		resp.SetCookie(c.Args().Must("n"), "v")
		return resp
	})

	app.Route("/opts")(cookieOptions)

	app.Route("/delete")(func(c *cantil.Context) any {
		a := c.Args()
		resp := c.MakeResponse("ok")
		resp.DeleteCookie("c", cantil.Cookie{Path: cookiePath(a.Get("path", "/")), Domain: a.Get("domain"),
			Secure: a.Get("secure") == "1", HTTPOnly: a.Get("httponly") == "1", SameSite: sameSite(a), Partitioned: a.Get("partitioned") == "1"})
		return resp
	})

	app.Route("/many")(func(c *cantil.Context) any {
		resp := c.MakeResponse("ok")
		resp.SetCookie("a", "1")
		resp.SetCookie("b", "2", cantil.Cookie{MaxAge: 60})
		resp.SetCookie("a", "3")
		resp.DeleteCookie("b")
		return resp
	})

	app.Route("/plain")(func(c *cantil.Context) any {
		resp := c.MakeResponse("ok")
		resp.Header().Set("Set-Cookie", "manual=1; Path=/x")
		resp.SetCookie("c", "v")
		return resp
	})

	return app
}

func cookieOptions(c *cantil.Context) any {
	a := c.Args()
	cookie := cantil.Cookie{SameSite: sameSite(a), Domain: a.Get("domain")}
	if a.Has("path") {
		cookie.Path = cookiePath(a.Get("path"))
	}
	if cookie.Domain == "None!" {
		cookie.Domain = ""
	}
	cookie.Secure = a.Get("secure") == "1"
	cookie.HTTPOnly = a.Get("httponly") == "1"
	cookie.Partitioned = a.Get("partitioned") == "1"
	if a.Has("max_age") {
		cookie.MaxAge = maxAge(pyInt(a.Get("max_age")))
	}
	if a.Has("max_age_delta") {
		seconds, err := strconv.ParseFloat(a.Get("max_age_delta"), 64)
		if err != nil {
			panic(pyError{"ValueError", err.Error()})
		}
		cookie.MaxAge = maxAge(int(seconds))
	}
	cookieExpires(a, &cookie)
	resp := c.MakeResponse("ok")
	resp.SetCookie("c", "v", cookie)
	return resp
}

func cookieExpires(a cantil.Values, cookie *cantil.Cookie) {
	if a.Has("expires") {
		cookie.Expires = time.Unix(int64(pyInt(a.Get("expires"))), 0)
	}
	if a.Has("expires_text") {
		cookie.ExpiresText = a.Get("expires_text")
	}
	if a.Has("expires_date") {
		cookie.Expires = fromISOFormat(a.Get("expires_date"))
	}
}

// maxAge is max_age=n: Go's zero stands for none, and less than nothing for max_age=0.
func maxAge(n int) int {
	if n == 0 {
		return -1
	}
	return n
}

// cookiePath is path=: the Python program spells None "None!".
func cookiePath(path string) string {
	switch path {
	case "None!":
		return cantil.NoPath
	case "":
		return cantil.EmptyPath
	}
	return path
}

func sameSite(a cantil.Values) string {
	switch text := a.Get("samesite"); {
	case text == "None!":
		return ""
	case text == "" && a.Has("samesite"):
		panic(pyError{"ValueError", "an empty SameSite"})
	default:
		return text
	}
}

// fromISOFormat is datetime.fromisoformat(text); without an offset Werkzeug takes it for UTC.
func fromISOFormat(text string) time.Time {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	panic(pyError{"ValueError", fmt.Sprintf("Invalid isoformat string: %q", text)})
}
