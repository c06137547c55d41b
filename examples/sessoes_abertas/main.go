// Sessões abertas mostra a uma conta onde ela está aberta, "minhas sessões", e
// deixa encerrar uma, todas as outras, ou todas. A conta admin encerra as de
// qualquer conta. As sessões ficam no arquivo sessoes.db.
//
//	SENHA=… go run ./examples/sessoes_abertas     # contas maria e admin
//
// Cada comentário "ASVS" traz o número de uma exigência do OWASP ASVS 5.0, e a
// linha abaixo dele é o que a cumpre.
package main

import (
	"context"
	"database/sql"
	"embed"
	"log"
	"time"

	_ "modernc.org/sqlite" // o driver "sqlite"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/examples/estilo"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/sqlstore"
)

//go:embed templates
var arquivos embed.FS

func main() {
	side, err := abrir("sessoes.db")
	if err != nil {
		log.Fatal(err)
	}
	app := newApp(side)
	log.Printf("contas maria e admin, senha %s", senha)
	log.Fatal(app.Run("127.0.0.1:5000"))
}

// abrir guarda as sessões num arquivo e apaga de hora em hora o que venceu.
func abrir(file string, options ...sqlstore.Option) (*session.ServerSide, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, err
	}
	store := sqlstore.New(db, sqlstore.SQLite, options...)
	if err := store.CreateTable(context.Background()); err != nil {
		return nil, err
	}
	store.CleanupEvery(context.Background(), time.Hour)
	return session.NewServerSide(store), nil
}

// site são as sessões e as contas.
type site struct {
	side   *session.ServerSide
	contas *contas
}

// newApp é o site.
func newApp(side *session.ServerSide) *cantil.App {
	app := cantil.New()
	app.SessionInterface = side
	// ASVS 7.3.1: meia hora sem uso encerra a sessão.
	app.PermanentSessionLifetime = 30 * time.Minute
	// ASVS 7.3.2: doze horas depois do login ela acaba, mesmo em uso.
	app.SessionAbsoluteLifetime = 12 * time.Hour
	app.SessionCookieSameSite = "Lax" // formulários de outro site vêm sem o cookie
	estilo.Usar(app, arquivos)
	s := &site{side, novasContas()}
	app.Get("/")(s.sessoes)
	app.Post("/entrar")(s.entrar)
	app.Post("/sair")(s.sair)
	app.Post("/encerrar")(s.encerrar)
	app.Post("/encerrar-outras")(s.encerrarOutras)
	app.Post("/senha")(s.senha)
	app.Post("/desativar")(s.desativar)
	return app
}
