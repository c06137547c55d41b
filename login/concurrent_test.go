package login

import (
	"sync"
	"testing"

	"github.com/cantil-go/cantil"
)

// TestConcurrent: many visitors at once, each with a user of their own.
func TestConcurrent(t *testing.T) {
	site := newTestSite()
	site.lm.UserLoader(func(_ *cantil.Context, id string) (User, error) { return &testUser{ID: id, Name: id}, nil })
	site.Get("/name", cantil.Decorate(LoginRequired), cantil.Endpoint("name"))(func(c *cantil.Context) any {
		return c.RenderTemplateString("{{ current_user.name }}")
	})
	var wg sync.WaitGroup
	for _, id := range []string{"1", "2", "1", "2", "1", "2", "1", "2"} {
		wg.Go(func() {
			client := site.TestClient()
			for range 20 {
				client.Get("/in/" + id + "?remember")
				client.SetCookie("session", "") // the remember cookie signs in
				if got := client.Get("/name").Text(); got != id {
					t.Errorf("%q, want %q", got, id)
				}
				client.Get("/out")
				if r := client.Get("/name"); r.Status != 401 {
					t.Errorf("signed out: %d", r.Status)
				}
			}
		})
	}
	wg.Wait()
}
