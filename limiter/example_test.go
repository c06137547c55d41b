package limiter_test

import (
	"fmt"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/limiter"
)

func entrar(*cantil.Context) any { return "bem-vindo" }

// Two attempts in a minute; the third is told when to come again.
func ExampleLimit() {
	app := cantil.New()
	app.Now = func() time.Time { return time.Unix(1735689600, 0) }
	limiter.NewLimiter(app, limiter.GetRemoteAddress, limiter.HeadersEnabled(true))
	app.Post("/login", limiter.Limit("2/minute"))(entrar)

	client := app.TestClient()
	for range 3 {
		r := client.Post("/login")
		fmt.Println(r.Status, r.Header("X-RateLimit-Remaining"), r.Header("Retry-After"))
	}
	// Output:
	// 200 1 61
	// 200 0 61
	// 429 0 61
}

// Only logins that failed count, and they count by the name.
func ExampleDeductWhen() {
	app := cantil.New()
	limiter.NewLimiter(app, limiter.GetRemoteAddress)
	app.Post("/login", limiter.Limit("1/hour",
		limiter.Key(func(c *cantil.Context) string { return c.Form().Get("nome", "-") }),
		limiter.DeductWhen(func(_ *cantil.Context, r *cantil.Response) bool { return r.Status() == 401 })))(login)

	client := app.TestClient()
	for _, form := range [][2]string{{"ana", "certo"}, {"ana", "errado"}, {"ana", "certo"}, {"maria", "certo"}} {
		fmt.Println(form, client.Post("/login", cantil.FormData("nome", form[0], "senha", form[1])).Status)
	}
	// Output:
	// [ana certo] 200
	// [ana errado] 401
	// [ana certo] 429
	// [maria certo] 200
}

func login(c *cantil.Context) any {
	if c.Form().Get("senha") != "certo" {
		return cantil.Abort(401)
	}
	return "bem-vindo"
}

// A page of one's own for what is too often.
func ExampleRateLimitExceeded() {
	app := cantil.New()
	limiter.NewLimiter(app, limiter.GetRemoteAddress, limiter.DefaultLimits("1 per day"))
	app.Get("/")(entrar)
	cantil.ErrorHandlerFor(app, func(c *cantil.Context, err *limiter.RateLimitExceeded) any {
		return c.MakeResponse("Só "+err.Limit.Limit.String(), 429)
	})

	app.TestClient().Get("/")
	fmt.Println(app.TestClient().Get("/").Text())
	// Output: Só 1 per 1 day
}
