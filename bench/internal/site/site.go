// Package site says what every peer serves: the paths, the texts, the names on
// the page, and the checks that an answer has to pass before it is timed.
//
// The site has four pages and two that fill the session for them:
//
//	/        plain   Olá, mundo!
//	/count   count   session n plus one, written back and answered
//	/perfil  perfil  session username, answered
//	/nomes   nomes   a page of the 20 names in the session
//	/entrar          sets username
//	/lista           sets nomes
package site

// Texts and keys that are the same in every peer.
const (
	Hello    = "Olá, mundo!"
	Username = "Maria"
	OK       = "ok"
	HTML     = "text/html; charset=utf-8"

	// Secret signs the cookies of the peers that sign theirs.
	Secret = "uma chave secreta so para a comparacao"
)

// Names are the rows of the page. Some need escaping: a peer that forgets it
// does not pass the check.
var Names = []string{
	"Ana", "Bruno <b>", "Conceição", "D'Ávila & Filhos", "Estêvão",
	"Fátima \"Fá\"", "Gonçalo", "Helena", "Inês", "João",
	"Kátia", "Luís", "Márcia", "Núria", "Otávio",
	"Paula & Rui", "Quitéria", "Raúl", "Sônia", "Ângela",
}

// Config is what the runner tells a peer.
type Config struct {
	Store string // where the sessions are: one of the constants below
	Redis string // address of the Redis server, for the store of that name
}

// The stores. A peer knows some of them and refuses the others.
const (
	Cookie = "cookie" // in a signed cookie; Cantil's is msgpack
	JSON   = "json"   // in a signed cookie, as Flask's tagged JSON
	Memory = "memory" // in the process
	Redis  = "redis"
)
