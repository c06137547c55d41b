package cantil_test

import (
	"testing"

	"github.com/cantil-go/cantil"
)

// TestHasRequest: an extension that looks at the visitor asks first whether
// there is one.
func TestHasRequest(t *testing.T) {
	app := cantil.New()
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		if !c.HasRequest() {
			t.Error("a request has none")
		}
		return "ok"
	})
	app.AppContext(func(c *cantil.Context) {
		if c.HasRequest() {
			t.Error("AppContext has a request")
		}
	})
	app.TestRequestContext("/", func(c *cantil.Context) {
		if !c.HasRequest() {
			t.Error("TestRequestContext has no request")
		}
	})
	app.TestClient().Get("/")
}
