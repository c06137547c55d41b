package csrf

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit/vectors"
)

// A tokenCase is a token that Flask-WTF made or was given.
type tokenCase struct {
	ID, Op, Level string
	Secret        vectors.Secret  `json:"secret_key"`
	OwnSecret     *vectors.Secret `json:"wtf_csrf_secret_key"`
	Field         string          `json:"field_name"`
	Held          *vectors.Value  `json:"session_token"`
	Now           int64
	TimeLimit     *float64 `json:"time_limit"`
	Token         *string
	ByteExact     *bool `json:"byte_exact"`
	Redrawn       bool
	OK            bool
	Error         string
}

func TestExtensionGoldenCSRFTokens(t *testing.T) {
	var file struct {
		Tokens []tokenCase `json:"csrf_tokens"`
	}
	vectors.Load(t, "extensions.json", &file)
	report := vectors.NewReport(t, "extensions.json csrf_tokens")
	for _, c := range file.Tokens {
		report.Case(c.ID, func() error {
			run := c.validate
			if c.Op == "generate" {
				run = c.generate
			}
			var err error
			c.inRequest(func(ctx *cantil.Context) { err = run(ctx) })
			if c.Level == "free" {
				return nil
			}
			return err
		})
	}
}

// inRequest calls f with a request whose session holds the value of the case.
func (c *tokenCase) inRequest(f func(*cantil.Context)) {
	app := cantil.New()
	app.SecretKey = string(c.Secret)
	app.Logger = slog.New(slog.DiscardHandler)
	app.Now = func() time.Time { return time.Unix(c.Now, 0) }
	p := NewCSRFProtect(app)
	p.FieldName, p.TimeLimit = c.Field, NoTimeLimit
	if c.OwnSecret != nil {
		p.SecretKey = string(*c.OwnSecret)
	}
	if c.TimeLimit != nil {
		p.TimeLimit = time.Duration(*c.TimeLimit * float64(time.Second))
	}
	app.Get("/", cantil.Endpoint("index"))(func(ctx *cantil.Context) any {
		if c.Held != nil {
			ctx.Session().Set(c.Field, c.Held.Go(vectors.TaggedJSON))
		}
		f(ctx)
		ctx.Session().Clear() // what cannot be stored must not be
		return "ok"
	})
	app.TestClient().Get("/")
}

var drawn = regexp.MustCompile(`^[0-9a-f]{40}$`)

func (c *tokenCase) generate(ctx *cantil.Context) error {
	got := GenerateCSRF(ctx)
	held, _ := ctx.Session().Get(c.Field).(string)
	switch {
	case c.Redrawn && !drawn.MatchString(held):
		return fmt.Errorf("the session has %q", held)
	case GenerateCSRF(ctx) != got:
		return errors.New("another token in the same request")
	case c.Redrawn:
		return ValidateCSRF(ctx, got)
	case *c.ByteExact && got != *c.Token:
		return fmt.Errorf("%s, want %s", got, *c.Token)
	}
	for _, token := range []string{got, *c.Token} {
		if err := ValidateCSRF(ctx, token); err != nil {
			return fmt.Errorf("%s: %w", token, err)
		}
	}
	return nil
}

func (c *tokenCase) validate(ctx *cantil.Context) error {
	token := ""
	if c.Token != nil {
		token = *c.Token
	}
	err := ValidateCSRF(ctx, token)
	var refused *CSRFError
	switch {
	case c.OK && err == nil:
		return nil
	case !c.OK && errors.As(err, &refused) && refused.Description == c.Error && refused.Code == 400:
		return nil
	}
	return fmt.Errorf("%w, want ok: %v, %q", err, c.OK, c.Error)
}
