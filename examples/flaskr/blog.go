package main

import (
	"fmt"
	"time"

	"github.com/cantil-go/cantil"
)

type post struct {
	ID          int
	Title, Body string
	Created     time.Time
	AuthorID    int
	Username    string
}

func (p *post) fields() []any {
	return []any{&p.ID, &p.Title, &p.Body, &p.Created, &p.AuthorID, &p.Username}
}

const posts = "SELECT p.id, title, body, created, author_id, username FROM post p JOIN user u ON p.author_id = u.id"

func (f *flaskr) blog() *cantil.Blueprint {
	bp := cantil.NewBlueprint("blog")
	loginRequired := cantil.Decorate(loginRequired)
	bp.Get("/")(f.index)
	bp.Route("/create", cantil.Methods("GET", "POST"), loginRequired)(f.create)
	bp.Route("/<int:id>/update", cantil.Methods("GET", "POST"), loginRequired)(f.update)
	bp.Post("/<int:id>/delete", loginRequired)(f.delete)
	return bp
}

func (f *flaskr) index(c *cantil.Context) any {
	posts := fetchall(f.db, (*post).fields, posts+" ORDER BY created DESC, p.id DESC")
	return c.RenderTemplate("blog/index.html", cantil.Map{"posts": posts})
}

func (f *flaskr) create(c *cantil.Context) any {
	if c.Method() == "POST" {
		title, body := c.Form().Must("title"), c.Form().Must("body")
		if title != "" {
			execute(f.db, "INSERT INTO post (title, body, author_id) VALUES (?, ?, ?)", title, body, me(c).ID)
			return c.Redirect(c.URLFor("blog.index"))
		}
		c.Flash("Title is required.")
	}
	return c.RenderTemplate("blog/create.html")
}

// getPost returns the post of the request's id, or an error where it is not there
// or not the user's.
//

func (f *flaskr) getPost(c *cantil.Context) (*post, error) {
	id := c.ParamInt("id")
	post := fetchone(f.db, (*post).fields, posts+" WHERE p.id = ?", id)
	if post == nil {
		return nil, cantil.Abort(404, fmt.Sprintf("There is no post %d.", id))
	}
	if post.AuthorID != me(c).ID {
		return nil, cantil.Abort(403)
	}
	return post, nil
}

func (f *flaskr) update(c *cantil.Context) any {
	post, err := f.getPost(c)
	if err != nil {
		return err
	}
	if c.Method() == "POST" {
		title, body := c.Form().Must("title"), c.Form().Must("body")
		if title != "" {
			execute(f.db, "UPDATE post SET title = ?, body = ? WHERE id = ?", title, body, post.ID)
			return c.Redirect(c.URLFor("blog.index"))
		}
		c.Flash("Title is required.")
	}
	return c.RenderTemplate("blog/update.html", cantil.Map{"post": post})
}

func (f *flaskr) delete(c *cantil.Context) any {
	post, err := f.getPost(c)
	if err != nil {
		return err
	}
	execute(f.db, "DELETE FROM post WHERE id = ?", post.ID)
	return c.Redirect(c.URLFor("blog.index"))
}
