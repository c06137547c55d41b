package conformance

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
)

// routeForm is how a case says what its program serves: "GET,POST /x: what".
var routeForm = regexp.MustCompile(`(?:^|; )([A-Z]+(?:,[A-Z]+)*) (/[^\s:]*)(?:: (.*))?$`)

// declaredRoutes adds the routes that cases for the program name and that are not
// served yet, so that another file of cases runs too. What a view does is read
// from its description; one that cannot be read fails the test.
func declaredRoutes(t *testing.T, route routeFunc, served map[string][]string, name string, cases []*tried) {
	for _, c := range cases {
		for _, text := range c.Routes {
			m := routeForm.FindStringSubmatch(text)
			if m == nil || c.App != name {
				continue
			}
			methods := slices.DeleteFunc(strings.Split(m[1], ","), func(method string) bool { return slices.Contains(served[m[2]], method) })
			if len(methods) == 0 {
				continue
			}
			if view := describedView(m[3]); view != nil {
				route(m[2], strings.Join(methods, "_")+m[2], view, methods...)
			} else {
				t.Errorf("%s: no program serves %q", c.ID, text)
			}
		}
	}
}

// descriptions are the ways to word what a view does.
var descriptions = []struct {
	form *regexp.Regexp
	view func(m []string) cantil.View
}{
	{regexp.MustCompile(`c\.JSON`), func([]string) cantil.View { return jsonView }},
	{regexp.MustCompile(`c\.Session`), func([]string) cantil.View { return sessionView }},
	{regexp.MustCompile(`RequestBodyStream`), func([]string) cantil.View { return partial }},
	{regexp.MustCompile(`c\.Data\(\)`), func([]string) cantil.View { return func(c *cantil.Context) any { return c.Data() } }},
	{regexp.MustCompile(`c\.Form\(\)`), func([]string) cantil.View {
		return func(c *cantil.Context) any { return "form " + strings.Join(c.Form().Keys(), ",") }
	}},
	{regexp.MustCompile(`Connection: ([\w-]+(?:, ?[\w-]+)*)`), func(m []string) cantil.View {
		return func(c *cantil.Context) any {
			r := c.MakeResponse("ok")
			r.Header().Set("Connection", m[1])
			return r
		}
	}},
	{regexp.MustCompile(`Abort\((\d+)\)`), func(m []string) cantil.View {
		status, _ := strconv.Atoi(m[1])
		return func(*cantil.Context) any { return cantil.Abort(status) }
	}},
	{regexp.MustCompile(`c\.Redirect\("([^"]*)"\)`), func(m []string) cantil.View {
		return func(c *cantil.Context) any { return c.Redirect(m[1]) }
	}},
	{regexp.MustCompile(`MakeResponse\((?:"([^"]*)"|nil), *(-?\d+)\)|(?:status|answers|returns) (\d{3})\b`), func(m []string) cantil.View {
		status, _ := strconv.Atoi(m[2] + m[3])
		return func(c *cantil.Context) any { return c.MakeResponse(m[1], status) }
	}},
	{regexp.MustCompile(`iter\.Seq`), func([]string) cantil.View { return func(*cantil.Context) any { return threeTimesS() } }},
	{regexp.MustCompile(`io\.Reader`), func([]string) cantil.View {
		return func(*cantil.Context) any { return io.MultiReader(strings.NewReader("sss")) }
	}},
	{regexp.MustCompile(`panic`), func([]string) cantil.View { return func(*cantil.Context) any { panic("as the route says") } }},
	{regexp.MustCompile(`returns "([^"]*)"`), func(m []string) cantil.View { return func(*cantil.Context) any { return m[1] } }},
}

// describedView is the view that a case describes, nil if the words are new.
func describedView(text string) cantil.View {
	for _, d := range descriptions {
		if m := d.form.FindStringSubmatch(text); m != nil {
			return d.view(m)
		}
	}
	return nil
}

// TestDeclaredRoutes has a program serve what only a description knows.
func TestDeclaredRoutes(t *testing.T) {
	cases := []*tried{{ID: "x", App: "base", Routes: []string{"app with a setting; GET,POST /kind: sets Connection: TE, close", "GET /gone: MakeResponse(\"\", 410)",
		"POST /evil: returns \"two\"", "static/a.css"}}}
	client := triedApp(t, "base", cases).TestClient()
	if got := client.Get("/kind").Header("Connection"); got != "close" {
		t.Errorf("Connection: %q", got)
	}
	if got := client.Get("/gone").Status; got != 410 {
		t.Errorf("status %d", got)
	}
	if got, before := client.Post("/evil").Text(), client.Get("/evil").Text(); got != "two" || before != "EVIL" {
		t.Errorf("%q and %q", got, before)
	}
}
