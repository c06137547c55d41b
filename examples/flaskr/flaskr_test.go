package main

import (
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/internal/testkit"
	"github.com/cantil-go/cantil/internal/testkit/browser"
	"github.com/cantil-go/cantil/internal/testkit/flask"
	"github.com/cantil-go/cantil/security"
)

// newApp is an application with two users and one post, as the tutorial's
// conftest.py and data.sql have it.
func newApp(t *testing.T) (*cantil.App, *sql.DB) {
	t.Helper()
	db := openDB(filepath.Join(t.TempDir(), "flaskr.sqlite"))
	t.Cleanup(func() { db.Close() })
	initDB(db)
	method := security.Method("pbkdf2:sha256:1")
	execute(db, "INSERT INTO user (username, password) VALUES ('test', ?), ('other', ?)",
		security.GeneratePasswordHash("test", method), security.GeneratePasswordHash("other", method))
	execute(db, "INSERT INTO post (title, body, author_id, created) VALUES ('test title', 'test' || char(10) || 'body', 1, '2018-01-01 00:00:00')")
	app := createApp(db)
	app.Logger = slog.New(slog.DiscardHandler)
	return app, db
}

// signIn is a client of a user.
func signIn(app *cantil.App, name string) *cantil.Client {
	client := app.TestClient()
	client.Post("/auth/login", cantil.FormData("username", name, "password", name))
	return client
}

func count(db *sql.DB, query string, args ...any) int {
	n := 0
	check(db.QueryRow("SELECT COUNT(*) FROM "+query, args...).Scan(&n))
	return n
}

func TestRegister(t *testing.T) {
	app, db := newApp(t)
	client := app.TestClient()
	if r := client.Get("/auth/register"); r.Status != 200 {
		t.Errorf("%d", r.Status)
	}
	if r := client.Post("/auth/register", cantil.FormData("username", "a", "password", "a")); r.Header("Location") != "/auth/login" {
		t.Errorf("%d to %q", r.Status, r.Header("Location"))
	}
	if count(db, "user WHERE username = 'a'") != 1 {
		t.Error("the user is not in the table")
	}
	for _, test := range []struct{ username, password, message string }{
		{"", "", "Username is required."}, {"a", "", "Password is required."}, {"test", "test", "already registered"},
	} {
		r := client.Post("/auth/register", cantil.FormData("username", test.username, "password", test.password))
		if !strings.Contains(r.Text(), test.message) {
			t.Errorf("%q: %s", test, r.Text())
		}
	}
}

func TestLogin(t *testing.T) {
	app, _ := newApp(t)
	client := app.TestClient()
	if r := client.Post("/auth/login", cantil.FormData("username", "test", "password", "test")); r.Header("Location") != "/" {
		t.Errorf("%d to %q", r.Status, r.Header("Location"))
	}
	if page := client.Get("/").Text(); !strings.Contains(page, `<span id="user">test</span>`) {
		t.Errorf("signed in: %s", page)
	}
	client.Get("/auth/logout")
	if page := client.Get("/").Text(); strings.Contains(page, `id="user"`) || !strings.Contains(page, "Log In") {
		t.Errorf("signed out: %s", page)
	}
}

// TestLoginTellsNothing: a name that nobody has and a wrong password get one
// answer, and both take a hash.
func TestLoginTellsNothing(t *testing.T) {
	app, _ := newApp(t)
	var pages []string
	for _, name := range []string{"test", "nobody"} {
		r := app.TestClient().Post("/auth/login", cantil.FormData("username", name, "password", "wrong"))
		if !strings.Contains(r.Text(), "Incorrect username or password.") {
			t.Errorf("%s: %s", name, r.Text())
		}
		pages = append(pages, r.Text())
	}
	if pages[0] != pages[1] {
		t.Errorf("%s\n%s", pages[0], pages[1])
	}
	// The empty password is the one of absent, which is nobody's.
	if r := app.TestClient().Post("/auth/login", cantil.FormData("username", "nobody", "password", "")); r.Status != 200 {
		t.Errorf("nobody was signed in: %d", r.Status)
	}
	if security.NeedsRehash(absent) {
		t.Error("the hash of nobody is cheaper than that of a user who registers today")
	}
}

func TestIndex(t *testing.T) {
	app, _ := newApp(t)
	for name, edit := range map[string]bool{"test": true, "other": false, "nobody": false} {
		page := signIn(app, name).Get("/").Text()
		for _, text := range []string{"test title", "by test on 2018-01-01", "test\nbody"} {
			if !strings.Contains(page, text) {
				t.Errorf("%s: no %q on %s", name, text, page)
			}
		}
		if strings.Contains(page, `href="/1/update"`) != edit {
			t.Errorf("%s: the link to edit: %s", name, page)
		}
	}
}

func TestLoginRequired(t *testing.T) {
	app, db := newApp(t)
	for _, path := range []string{"/create", "/1/update", "/1/delete"} {
		if r := app.TestClient().Post(path); r.Status != 302 || r.Header("Location") != "/auth/login" {
			t.Errorf("%s: %d to %q", path, r.Status, r.Header("Location"))
		}
	}
	other := signIn(app, "other")
	for path, status := range map[string]int{"/1/update": 403, "/1/delete": 403, "/2/update": 404, "/2/delete": 404} {
		if r := other.Post(path, cantil.FormData("title", "mine", "body", "")); r.Status != status {
			t.Errorf("%s: %d, want %d", path, r.Status, status)
		}
	}
	if count(db, "post WHERE title = 'test title'") != 1 {
		t.Error("the post was changed")
	}
}

func TestWriting(t *testing.T) {
	app, db := newApp(t)
	client := signIn(app, "test")
	for _, path := range []string{"/create", "/1/update"} {
		if r := client.Get(path); r.Status != 200 {
			t.Errorf("%s: %d", path, r.Status)
		}
		if r := client.Post(path, cantil.FormData("title", "", "body", "")); !strings.Contains(r.Text(), "Title is required.") {
			t.Errorf("%s without a title: %s", path, r.Text())
		}
	}
	client.Post("/create", cantil.FormData("title", "created", "body", ""))
	client.Post("/1/update", cantil.FormData("title", "updated", "body", ""))
	if count(db, "post") != 2 || count(db, "post WHERE id = 1 AND title = 'updated'") != 1 {
		t.Error("the posts are not in the table")
	}
	if r := client.Post("/1/delete"); r.Header("Location") != "/" || count(db, "post WHERE id = 1") != 0 {
		t.Errorf("deleted: %d", r.Status)
	}
}

// TestAnotherSite: a page of another site cannot post a form here.
func TestAnotherSite(t *testing.T) {
	app, db := newApp(t)
	client := signIn(app, "test")
	if r := client.Post("/1/delete", cantil.RequestHeader("Sec-Fetch-Site", "cross-site")); r.Status != 403 || count(db, "post") != 1 {
		t.Errorf("%d", r.Status)
	}
}

// TestFlaskr is a visitor's story, in Go and in Flask, and in both at once over
// one database and one cookie.
func TestFlaskr(t *testing.T) {
	t.Run("cantil", func(t *testing.T) {
		app, _ := newApp(t)
		b := browser.New(t)
		page := testkit.Serve(t, app)
		register(b, page)
		write(b, page, page, "flaskr")
	})
	path := filepath.Join(t.TempDir(), "flaskr.sqlite")
	db := openDB(path)
	t.Cleanup(func() { db.Close() })
	initDB(db)
	t.Setenv("DATABASE", path)
	t.Setenv("FLASK_SECRET_KEY", "a key for the tests of both")
	t.Run("flask", func(t *testing.T) {
		page := flask.Run(t, "app.py")
		b := browser.New(t)
		register(b, page)
		write(b, page, page, "flaskr_flask")
	})
	t.Run("both", func(t *testing.T) {
		python, cantil := flask.Run(t, "app.py"), testkit.Serve(t, createApp(db))
		b := browser.New(t)
		write(b, python, cantil, "flaskr_flask_cantil") // with the password that Flask has hashed above
		b = browser.New(t)
		write(b, cantil, python, "flaskr_cantil_flask")
	})
}

func register(b *browser.Browser, page string) {
	b.Open(page + "/auth/register")
	b.Type("input[name=username]", "maria")
	b.Submit("input[name=password]", "segredo")
	b.Expect("h1", "Log In")
}

// write signs in at one program, and writes, edits and deletes at the other.
func write(b *browser.Browser, here, there, screenshot string) {
	b.Open(here + "/auth/login")
	b.Type("input[name=username]", "maria")
	b.Submit("input[name=password]", "segredo")
	b.Expect("#user", "maria")
	b.Open(there + "/create")
	b.Expect("#user", "maria")
	b.Type("input[name=title]", "Olá <b>")
	b.Submit("input[name=title]", "!")
	b.Expect("article h2", "Olá <b>!")
	b.Screenshot(screenshot)
	b.Follow("article a")
	b.Submit("input[name=title]", "!!")
	b.Expect("article h2", "!!Olá <b>!")
	b.Open(here + "/")
	b.Expect("article h2", "!!Olá <b>!")
	b.Follow("article a")
	b.Follow("#delete")
	b.Open(there + "/auth/logout")
	b.Open(here + "/")
	b.Expect("nav", "Log In")
}
