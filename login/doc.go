// Package login signs users in, as Flask-Login does: with its names, its keys in
// the session and its remember cookie, so that a Go half and a Flask half of one
// site know the same user.
//
//	package main
//
//	import (
//		"cmp"
//		"log"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/login"
//		"github.com/cantil-go/cantil/security"
//	)
//
//	type User struct {
//		login.UserMixin
//		Name, Hash string
//	}
//
//	func (u *User) GetID() string { return u.Name }
//
//	var users = map[string]*User{"maria": {Name: "maria", Hash: security.GeneratePasswordHash("segredo")}}
//
//	// absent is checked where there is no such user: the answer takes as long.
//	var absent = security.GeneratePasswordHash("")
//
//	func entrar(c *cantil.Context) any {
//		if c.Method() == "GET" {
//			return c.RenderTemplate("entrar.html")
//		}
//		user, hash := users[c.Form().Get("nome")], absent
//		if user != nil {
//			hash = user.Hash
//		}
//		if !security.CheckPasswordHash(hash, c.Form().Get("senha")) || user == nil {
//			return c.MakeResponse(c.RenderTemplate("entrar.html", cantil.Map{"erro": true}), 401)
//		}
//		login.LoginUser(c, user, login.Remember(c.Form().Has("lembrar")))
//		return c.Redirect(cmp.Or(login.SafeNext(c, c.Args().Get("next")), c.URLFor("conta")))
//	}
//
//	func conta(c *cantil.Context) any {
//		return c.RenderTemplateString("Olá, {{ current_user.name }}! <a href=/sair>Sair</a>")
//	}
//
//	func sair(c *cantil.Context) any {
//		login.LogoutUser(c)
//		return c.Redirect(c.URLFor("entrar"))
//	}
//
//	func main() {
//		app := cantil.New()
//		app.LoadEnv("FLASK") // FLASK_SECRET_KEY
//		lm := login.NewLoginManager(app)
//		lm.LoginView = "entrar"
//		lm.UserLoader(func(_ *cantil.Context, id string) (login.User, error) { return users[id], nil })
//		app.Route("/entrar", cantil.Methods("GET", "POST"))(entrar)
//		app.Get("/conta", cantil.Decorate(login.LoginRequired))(conta)
//		app.Get("/sair")(sair)
//		log.Fatal(app.Run("localhost:5000"))
//	}
//
// # Beside Flask
//
// Both halves need the same secret key, REMEMBER_COOKIE settings,
// SessionProtection and Identifier, and user loaders that take the same ids. The
// recorded behavior is that of Flask-Login 0.6.3. A route may move alone; the
// logout must be LogoutUser on both halves. What is different on purpose:
//
//   - LoginUser and ConfirmLogin give a session in a store a new id.
//   - LogoutUser deletes the remember cookie even if the session is cleared after
//     it. In Flask session.clear() belongs before logout_user(), or the next
//     request signs the visitor in again.
//   - LogoutUser works while the user loader does not, and a remember cookie whose
//     signature is not ASCII is just a bad one; Flask answers 500.
//   - A page that asks neither for the session nor for the user goes out while
//     the session's store is down.
//   - The header_loader, deprecated since 0.4, is not there: see RequestLoader.
//
// [Safer] has what can be had beyond Flask-Login without breaking the other half.
//
// # Log out everywhere
//
// A remember cookie has no end on the server: whoever has copied one is signed in
// for as long as the secret key stays. The same goes for a session in a cookie,
// until its lifetime is over. What ends both, for one user and at once, is an id
// that can change. Keep a random text in the users table and return it from
// GetID, instead of the primary key:
//
//	func (u *User) GetID() string { return u.SessionID } // rand.Text() at registration
//
//	lm.UserLoader(func(c *cantil.Context, id string) (login.User, error) {
//		return byColumn("session_id", id)
//	})
//
// To log a user out everywhere, at "log out of all devices" and whenever the
// password changes, write another text into that column and sign this browser in
// again. In Flask it is the same column and the same get_id.
package login
