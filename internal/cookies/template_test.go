package cookies

import (
	"strings"
	"testing"
	"time"
)

func TestTemplate(t *testing.T) {
	line, err := NewTemplate("SessionCookie", "session", Attributes{Domain: "exemplo.com", Path: "/a", HTTPOnly: true, SameSite: "lax", Partitioned: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		end  time.Time
		want string
	}{
		{time.Time{}, "session=v; Domain=exemplo.com; Secure; HttpOnly; Path=/a; SameSite=Lax; Partitioned"},
		{time.Unix(0, 0), "session=v; Domain=exemplo.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly; Path=/a; SameSite=Lax; Partitioned"},
	} {
		if got := string(line.Append([]byte(line.Head+"v"), test.end)); got != test.want {
			t.Errorf("%s\nwant %s", got, test.want)
		}
	}
	want := "session=; Domain=exemplo.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/a; SameSite=Lax; Partitioned"
	if line.Remove != want {
		t.Errorf("%s\nwant %s", line.Remove, want)
	}
}

func TestTemplateRefuses(t *testing.T) {
	for _, test := range []struct {
		name string
		c    Attributes
		want string // "" for a cookie that works
	}{
		{"session", Attributes{}, ""},
		{"a b", Attributes{}, ""},
		{"", Attributes{}, "send no cookie back"},
		{"a;b", Attributes{}, "send no cookie back"},
		{" a", Attributes{}, "send no cookie back"},
		{"a\tb", Attributes{}, "send no cookie back"},
		{"__Secure-s", Attributes{}, "set CookieSecure"},
		{"__secure-s", Attributes{Partitioned: true}, ""},
		{"__Host-s", Attributes{Secure: true}, ""},
		{"__Host-s", Attributes{Secure: true, Domain: "a.example"}, "leave CookieDomain empty"},
		{"__hOST-s", Attributes{Secure: true, Path: "/a"}, "set CookiePath"},
		{"s", Attributes{SameSite: "Perhaps"}, "SameSite"},
		{"s", Attributes{Domain: "a\nb"}, "domain"},
	} {
		_, err := NewTemplate("Cookie", test.name, test.c)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%q %+v: %v", test.name, test.c, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%q %+v: %v, want %q", test.name, test.c, err, test.want)
		}
	}
}
