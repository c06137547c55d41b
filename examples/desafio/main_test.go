package main

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/session"
)

// The shop's story in Go and, on the same pages, in Flask.
func TestDesafio(t *testing.T) {
	t.Run("cantil", func(t *testing.T) { shop(t, testkit.Serve(t, criar()), "desafio") })
	t.Run("flask", func(t *testing.T) {
		t.Setenv("SENHA", senha)
		shop(t, flask.Run(t, "app.py", "flask_babel"), "desafio_flask")
	})
}

// shop fills a cart, is sent to the login, buys, and looks into the cookie.
func shop(t *testing.T, page, screenshot string) {
	b := browser.New(t)
	b.Open(page)
	b.Expect("h1", "The canteen shop") // the browser's language
	b.Follow(`button[value="ru"]`)
	b.Expect("h1", "Магазин «Фляга»")
	b.Screenshot(screenshot + "_ru")
	b.Follow(`button[value="pt"]`)
	b.Expect("h1", "A loja do cantil")
	for _, slug := range []string{"caneca", "caneca", "mochila"} {
		b.Follow(`form[action="/adicionar/` + slug + `"] button`)
	}
	b.Expect(".flash", "Mochila de lona: no carrinho.")
	b.Expect("nav", "Carrinho (3)")
	b.Screenshot(screenshot + "_loja")
	b.Follow(`a[href="/carrinho"]`)
	b.Expect("#total", "R$\u00a0298,00")
	b.Clear("input[name=caneca]")
	b.Submit("input[name=caneca]", "5")
	b.Expect("#total", "R$\u00a0416,50")
	b.Expect(".flash", "Quantidades atualizadas.")
	b.Phone()
	b.Screenshot(screenshot + "_carrinho")

	b.Follow(`button[formaction]`)
	b.Expect(".flash.error", "O carrinho espera por você.")
	enter(b, "Maria", "123")
	b.Expect(".flash.error", "inválidos")
	b.Clear("input[name=usuario]")
	enter(b, "<b>Maria</b>", senha)
	b.Expect("nav", "Sair, <b>Maria</b>")
	b.Expect("#total", "R$\u00a0416,50")
	look(t, b, screenshot)
	b.Follow(`a[href="/carrinho"]`)
	b.Follow(`button[formaction]`)
	b.Expect(".flash", "Pedido feito. Obrigado, <b>Maria</b>!")
	b.Expect("nav", "Carrinho (0)")
	b.Follow(`form[action="/logout"] button`)
	b.Expect(".flash", "Até logo!") // still in Portuguese
	b.Expect("nav", "Entrar")
}

func enter(b *browser.Browser, usuario, senha string) {
	b.Type("input[name=usuario]", usuario)
	b.Submit("input[name=senha]", senha)
}

// look reads the cookie's page, changes the content there, and then the cookie
// itself, which is then worth nothing.
func look(t *testing.T, b *browser.Browser, screenshot string) {
	b.Follow(`a[href="/cookie"]`)
	b.Expect(".flash", "A assinatura confere")
	content := browser.Eval[string](b, "document.querySelector('textarea').value")
	if !strings.Contains(content, `"caneca": 5`) {
		t.Errorf("the cookie's content is shown as %s", content)
	}
	b.Screenshot(screenshot + "_cookie")
	browser.Eval[string](b, `document.querySelector('textarea').value = '{"usuario": "chefe"}'`)
	b.Follow("form:not(.inline) button")
	b.Expect(".flash", "A assinatura não confere")
	b.Screenshot(screenshot + "_cookie_trocado")

	forged, genuine := b.Text("pre:last-of-type"), b.Cookie("session").Value
	page := browser.Eval[string](b, "location.href")
	b.SetCookie(page, "session", forged)
	b.Open(page)
	b.Expect("nav", "Sign in") // the language was in the session too
	b.SetCookie(page, "session", genuine)
	b.Open(page)
	b.Expect("nav", "Sair, <b>Maria</b>")
}

// The login survives a restart of the server and of the browser, and a new key
// whose predecessor still verifies. It ends after half an hour of nothing.
func TestLoginSurvives(t *testing.T) {
	var late atomic.Int64 // how far the servers' clock is ahead
	serve := func(key string, fallbacks ...string) string {
		app := criar()
		app.SecretKey, app.SecretKeyFallbacks = key, fallbacks
		app.Now = func() time.Time { return time.Now().Add(time.Duration(late.Load())) }
		return testkit.Serve(t, app)
	}
	old, recent := session.GenerateKey(), session.GenerateKey()
	first, restarted, rotated := serve(old), serve(old), serve(recent, old)
	b := browser.New(t)
	b.Open(first)
	b.Follow(`button[value="pt"]`)
	b.Open(first + "/login")
	enter(b, "Maria", senha)
	if c := b.Cookie("session"); c.Session || c.SameSite != "Lax" {
		t.Errorf("the cookie is %+v, want one with a date and SameSite=Lax", c)
	}
	b.Open(restarted)
	b.Expect("nav", "Sair, Maria")
	for _, idle := range []struct {
		minutes int64
		nav     string
	}{{29, "Sair, Maria"}, {29, "Sair, Maria"}, {31, "Sign in"}} {
		late.Add(idle.minutes * int64(time.Minute))
		b.Open(rotated)
		b.Expect("nav", idle.nav)
	}
}

// What no button sends: an unknown product, quantities that are none.
func TestOddRequests(t *testing.T) {
	client := criar().TestClient()
	if r := client.Post("/adicionar/ouro"); r.Status != 404 {
		t.Errorf("an unknown product is answered with %d, want 404", r.Status)
	}
	client.Post("/carrinho", cantil.FormData("caneca", "-3", "mochila", "1000", "cantil", "dois"))
	client.SessionTransaction(func(s *session.Session) {
		if cart := doCarrinho(s); len(cart) != 1 || cart["mochila"] != 99 {
			t.Errorf("the cart is %v, want 99 rucksacks", cart)
		}
	})
}
