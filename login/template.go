package login

import (
	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/render"
)

// templateUser is current_user in a template. To Jinja's it is an object with
// Python's properties; html/template calls methods by itself, and gets the
// user's own type.
func templateUser(c *cantil.Context) any {
	if c.G()[currentKey] == nil && c.HasRequest() {
		of(c).beginWith(c, c.G()[untouchedKey] != nil)
	}
	user := CurrentUser(c)
	switch c.App().TemplateEngine.(type) {
	case nil, *render.Jinja:
		return proxy{user}
	}
	return user
}

// proxy is a user whose methods a template reads as properties: {% if
// current_user.is_authenticated %} would be true of the method itself.
type proxy struct{ user User }

// JinjaAttr gives the attributes of Flask-Login's user objects.
func (p proxy) JinjaAttr(name string) (any, bool) {
	switch name {
	case "is_authenticated":
		return authenticated(p.user), true
	case "is_active":
		return p.user.IsActive(), true
	case "is_anonymous":
		return p.user.IsAnonymous(), true
	case "get_id":
		return p.id, true
	}
	return nil, false
}

// JinjaValue is the user, for all its other attributes.
func (p proxy) JinjaValue() any { return p.user }

// id is get_id(), None for a visitor.
func (p proxy) id() any {
	if id := p.user.GetID(); id != "" || !p.user.IsAnonymous() {
		return id
	}
	return nil
}
