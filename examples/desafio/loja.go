package main

import (
	"crypto/subtle"
	"slices"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/babel"
	"github.com/cantil-go/cantil/session"
)

// Produto é o que se vende. O preço é do servidor: a sessão só guarda quantos.
type Produto struct {
	Slug     string
	Nome     babel.LazyString // traduzido quando a página o mostra
	Centavos int
}

var produtos = []Produto{
	{"cantil", babel.LazyGetText("Cantil de alumínio"), 8990},
	{"caneca", babel.LazyGetText("Caneca esmaltada"), 3950},
	{"mochila", babel.LazyGetText("Mochila de lona"), 21900},
}

func loja(c *cantil.Context) any {
	return c.RenderTemplate("loja.html", cantil.Map{"produtos": produtos})
}

// doCarrinho são as quantidades, por slug.
func doCarrinho(s *session.Session) map[string]int {
	if carrinho, ok := session.Value[map[string]int](s, "carrinho"); ok {
		return carrinho
	}
	return map[string]int{}
}

func guardar(s *session.Session, carrinho map[string]int) {
	s.SetPermanent(true) // o carrinho fica quando o navegador fecha
	s.Set("carrinho", carrinho)
}

func adicionar(c *cantil.Context) any {
	i := slices.IndexFunc(produtos, func(p Produto) bool { return p.Slug == c.Param("slug") })
	if i < 0 {
		return cantil.Abort(404)
	}
	carrinho := doCarrinho(c.Session())
	carrinho[produtos[i].Slug] = min(carrinho[produtos[i].Slug]+1, 99)
	guardar(c.Session(), carrinho)
	c.Flash(babel.GetText(c, "%(nome)s: no carrinho.", "nome", produtos[i].Nome))
	return c.Redirect(c.URLFor("loja"))
}

func carrinho(c *cantil.Context) any {
	total, quantos := 0, doCarrinho(c.Session())
	for _, p := range produtos {
		total += p.Centavos * quantos[p.Slug]
	}
	return c.RenderTemplate("carrinho.html", cantil.Map{"produtos": produtos, "quantos": quantos, "total": total})
}

// atualizar troca as quantidades; zero tira o produto.
func atualizar(c *cantil.Context) any {
	carrinho := map[string]int{}
	for _, p := range produtos {
		if n := c.Form().Int(p.Slug); n > 0 {
			carrinho[p.Slug] = min(n, 99)
		}
	}
	guardar(c.Session(), carrinho)
	c.Flash(babel.GetText(c, "Quantidades atualizadas."))
	return c.Redirect(c.URLFor("carrinho"))
}

func comprar(c *cantil.Context) any {
	s := c.Session()
	if !s.Has("usuario") {
		c.Flash(babel.GetText(c, "Entre para comprar. O carrinho espera por você."), "error")
		return c.Redirect(c.URLFor("login"))
	}
	if len(doCarrinho(s)) == 0 {
		c.Flash(babel.GetText(c, "O carrinho está vazio."), "error")
		return c.Redirect(c.URLFor("carrinho"))
	}
	s.Pop("carrinho")
	c.Flash(babel.GetText(c, "Pedido feito. Obrigado, %(usuario)s!", "usuario", s.Must("usuario")))
	return c.Redirect(c.URLFor("loja"))
}

func login(c *cantil.Context) any {
	if c.Method() == "POST" {
		// a senha não está no código, e a comparação não diz o quanto dela se acertou
		if subtle.ConstantTimeCompare([]byte(c.Form().Must("senha")), []byte(senha)) == 1 {
			c.Session().SetPermanent(true) // o login também fica
			c.Session().Set("usuario", c.Form().Must("usuario"))
			return c.Redirect(c.URLFor("carrinho"))
		}
		c.Flash(babel.GetText(c, "Usuário ou senha inválidos."), "error")
		return c.MakeResponse(c.RenderTemplate("login.html"), 401)
	}
	return c.RenderTemplate("login.html")
}

func logout(c *cantil.Context) any {
	escolhido := c.Session().Get("idioma")
	c.Session().Clear()
	if escolhido != nil {
		c.Session().Set("idioma", escolhido)
	}
	c.Flash(babel.GetText(c, "Até logo!"))
	return c.Redirect(c.URLFor("loja"))
}
