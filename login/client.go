package login

import (
	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
)

// TestClient is a client for tests that is signed in already,
// app.test_client(user=user, fresh_login=fresh) with Flask-Login's client.
func TestClient(app *cantil.App, user User, fresh bool) *cantil.Client {
	client := app.TestClient()
	client.SessionTransaction(func(s *session.Session) {
		s.Set(keyUserID, user.GetID())
		s.Set(keyFresh, fresh)
	})
	return client
}
