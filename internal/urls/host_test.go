package urls

import "testing"

func TestValidHost(t *testing.T) {
	for _, host := range []string{
		"a", "a.b", "a.", "A-b.C", "a_b", "a~b", "127.0.0.1", "a:0", "a:80", "a:00080", "a:65535", "xn--e1afmkfd.xn--p1ai",
		"[::1]", "[::]", "[::1]:8080", "[2001:DB8::1]", "[::ffff:1.2.3.4]:65535",
	} {
		if !ValidHost(host) || !ValidHost([]byte(host)) {
			t.Errorf("%q is refused", host)
		}
	}
	for _, host := range []string{
		"", ":", ":80", ".", "..", ".a", "a..b", "a..", "a:", "a:b", "a:-1", "a:+1", "a:65536", "a:99999999999999999999", "a:1:2", "a b", "a\t",
		"a/b", "a,b", "u@a", "a%20b", "a\\b", "a?b", "a#b", "a\x00", "\xff", "ç", "[", "]", "[]", "[:]", "[1:]", "[x]", "[::1", "::1", "[::1]x",
		"[::1]80", "[::1]:", "[::1]:x", "a[::1]", "[1.2.3.4]", "[fe80::1%25eth0]",
	} {
		if ValidHost(host) || ValidHost([]byte(host)) {
			t.Errorf("%q is a host", host)
		}
	}
	if n := testing.AllocsPerRun(100, func() { ValidHost("a_b.example.com:5000"); ValidHost([]byte("[::1]:80")) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestCutTarget(t *testing.T) {
	for _, test := range []struct {
		target, host, origin string
		absolute             bool
	}{
		{"/", "", "/", false},
		{"/a//b?c#d", "", "/a//b?c#d", false},
		{"//x/admin?u=http://y", "", "/x/admin?u=http://y", false},
		{"////", "", "/", false},
		{"//?a", "", "/?a", false},
		{"*", "", "/*", false},
		{"a:443", "", "/a:443", false},
		{"", "", "/", false},
		{"?a", "", "/?a", false},
		{"://x/y", "", "/://x/y", false},
		{"1http://x/y", "", "/1http://x/y", false},
		{"/http://x", "", "/http://x", false},
		{"http://a/b?c", "a", "/b?c", true},
		{"HTTP://u:p@a:1//b", "u:p@a:1", "/b", true},
		{"http://a", "a", "/", true},
		{"http://a?b=/c", "a", "/?b=/c", true},
		{"http://a#/b", "a", "/#/b", true},
		{"http:///b", "", "/b", true},
		{`http://a\b/c`, `a\b`, "/c", true},
	} {
		host, origin, absolute := CutTarget([]byte(test.target))
		if string(host) != test.host || string(origin) != test.origin || absolute != test.absolute {
			t.Errorf("%q: %q %q %t", test.target, host, origin, absolute)
		}
	}
}

func TestJoinWithoutHost(t *testing.T) {
	for ref, want := range map[string]string{
		"": "/app/", "x": "/app/x", "/x": "/x", "?a": "/app/?a", "../../x": "/x", "http://site/x": "http://site/x", "//site/x": "//site/x",
		"/.//site/x": "/site/x", "/a/..//site/x": "/site/x", "..//site/x": "/site/x",
	} {
		if got := Join("/app/", ref); got != want {
			t.Errorf("%q is %q, want %q", ref, got, want)
		}
	}
}

// TestHostSetKeepsWhatItHas: an entry that is no host takes none away.
func TestHostSetKeepsWhatItHas(t *testing.T) {
	var set HostSet
	if set.Has("a") || set.Has("") {
		t.Error("the empty set has a host")
	}
	for entry, ok := range map[string]bool{"A.example": true, "a.example:x": false, "": false, ".": false, "..": false, ".b.example": true, "::1x": false} {
		if set.Add(entry) != ok {
			t.Errorf("Add(%q) is not %t", entry, ok)
		}
	}
	for host, has := range map[string]bool{"a.example:1": true, "b.example": true, "c.B.example": true, "x.a.example": false, "": false, "example": false} {
		if set.Has(host) != has {
			t.Errorf("Has(%q) is not %t", host, has)
		}
	}
}
