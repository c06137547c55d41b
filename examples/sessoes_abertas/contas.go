package main

import (
	"cmp"
	"crypto/rand"
	"os"
	"sync"

	"github.com/cantil-go/cantil/security"
)

// senha é a de maria e admin no começo: a do ambiente, ou sorteada a cada início.
var senha = cmp.Or(os.Getenv("SENHA"), rand.Text())

// contas são os nomes e as senhas, na memória: um site de verdade tem um banco.
type contas struct {
	mu      sync.Mutex
	hash    map[string]string
	ausente string // o hash que se confere quando a conta não existe
}

func novasContas() *contas {
	c := &contas{hash: map[string]string{}, ausente: novoHash("")}
	c.trocar("maria", senha)
	c.trocar("admin", senha)
	return c
}

// confere diz se a senha é a da conta. O tempo não diz se a conta existe.
func (c *contas) confere(nome, senha string) bool {
	c.mu.Lock()
	hash, existe := c.hash[nome]
	c.mu.Unlock()
	if !existe {
		hash = c.ausente
	}
	return security.CheckPasswordHash(hash, senha) && existe
}

func novoHash(senha string) string {
	return security.GeneratePasswordHash(senha, security.Method("pbkdf2:sha256:600000"))
}

func (c *contas) trocar(nome, senha string) {
	hash := novoHash(senha)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hash[nome] = hash
}

func (c *contas) desativar(nome string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.hash, nome)
}
