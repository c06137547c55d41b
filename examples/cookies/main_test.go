package main

import (
	"testing"
	"time"

	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
)

// The lesson's story: the cookie lives a week, is for HTTPS and no script, and is
// gone after the logout.
func TestCookies(t *testing.T) {
	page := testkit.Serve(t, criar())
	b := browser.New(t)
	b.Open(page)
	b.Expect("main", "Bem-vindo! Por favor, faça login.")
	b.Follow(`a[href="/login"]`)
	b.Submit("input[name=username]", "João; <i>Ana</i>")
	b.Expect("main", "Bem-vindo novamente, João; <i>Ana</i>!")
	b.Screenshot("cookies")

	c := b.Cookie("username")
	left := time.Until(time.Unix(int64(c.Expires), 0))
	if !c.Secure || !c.HTTPOnly || left < 7*24*time.Hour-time.Minute || left > 7*24*time.Hour+time.Minute {
		t.Errorf("the cookie is %+v, with %v left", c, left)
	}
	if visible := browser.Eval[string](b, "document.cookie"); visible != "" {
		t.Errorf("a script sees the cookies %q", visible)
	}

	b.Follow(`a[href="/logout"]`)
	b.Expect("main", "Bem-vindo! Por favor, faça login.")
	if c := b.Cookie("username"); c != nil {
		t.Errorf("after the logout the browser still has the cookie %q", c.Value)
	}
}
