package main

import (
	"strconv"

	"github.com/cantil-go/cantil"
)

// sessoes é a página: o login, ou a lista.
func (s *site) sessoes(c *cantil.Context) any {
	usuario := s.usuario(c)
	if usuario == "" {
		return c.RenderTemplate("entrar.html", nil)
	}
	abertas, err := s.side.Owned(c.Context(), usuario)
	if err != nil {
		return err
	}
	return c.RenderTemplate("sessoes.html", cantil.Map{"usuario": usuario, "abertas": abertas, "esta": c.Session().Handle()})
}

// usuario é a conta de quem entrou, "" se ninguém.
func (s *site) usuario(c *cantil.Context) string {
	nome, _ := c.Session().Get("usuario").(string)
	return nome
}

func (s *site) entrar(c *cantil.Context) any {
	nome := c.Form().Must("usuario")
	if !s.contas.confere(nome, c.Form().Must("senha")) {
		c.Flash("Conta ou senha errada.", "error")
		return c.Redirect("/")
	}
	sessao := c.Session()
	sessao.Set("usuario", nome)
	sessao.SetOwner(nome)
	sessao.SetLabel(c.Header("User-Agent"))
	// ASVS 7.2.4: outro número depois do login; o de antes não vale mais.
	sessao.Regenerate()
	return c.Redirect("/")
}

func (s *site) sair(c *cantil.Context) any {
	// ASVS 7.4.1: a linha é apagada; uma cópia do cookie não abre mais nada.
	c.Session().Clear()
	return c.Redirect("/")
}

// encerrar encerra uma sessão da própria conta.
func (s *site) encerrar(c *cantil.Context) any {
	id := c.Form().Must("id")
	abertas, err := s.side.Owned(c.Context(), s.usuario(c))
	if err != nil {
		return err
	}
	for _, aberta := range abertas {
		if aberta.ID == id { // é desta conta
			if err := s.side.Revoke(c.Context(), id); err != nil {
				return err
			}
		}
	}
	return c.Redirect("/")
}

func (s *site) encerrarOutras(c *cantil.Context) any {
	return s.menosEsta(c, "Outras sessões encerradas: ")
}

// senha troca a senha e encerra as outras sessões: quem as abriu talvez tenha a
// senha de antes.
func (s *site) senha(c *cantil.Context) any {
	usuario := s.usuario(c)
	if usuario == "" || !s.contas.confere(usuario, c.Form().Must("atual")) {
		c.Flash("A senha atual não é essa.", "error")
		return c.Redirect("/")
	}
	s.contas.trocar(usuario, c.Form().Must("nova"))
	c.Session().Regenerate()
	return s.menosEsta(c, "Senha trocada. Outras sessões encerradas: ")
}

func (s *site) menosEsta(c *cantil.Context, aviso string) any {
	usuario := s.usuario(c)
	if usuario == "" {
		return cantil.Abort(401, "É preciso entrar.")
	}
	// ASVS 7.4.3: todas menos esta.
	n, err := s.side.RevokeOwner(c.Context(), usuario, c.Session().ID())
	if err != nil {
		return err
	}
	c.Flash(aviso + plural(n))
	return c.Redirect("/")
}

// desativar é do admin: a conta não entra mais, e o que tem aberto acaba.
func (s *site) desativar(c *cantil.Context) any {
	if s.usuario(c) != "admin" {
		return cantil.Abort(403, "Só o admin.")
	}
	nome := c.Form().Must("conta")
	s.contas.desativar(nome)
	// ASVS 7.4.2 e 7.4.5: todas as sessões da conta, por ordem de quem administra.
	n, err := s.side.RevokeOwner(c.Context(), nome)
	if err != nil {
		return err
	}
	c.Flash("Conta desativada. Sessões encerradas: " + plural(n))
	return c.Redirect("/")
}

func plural(n int) string {
	switch n {
	case 0:
		return "nenhuma"
	case 1:
		return "uma"
	}
	return strconv.Itoa(n)
}
