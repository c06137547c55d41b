package cantil

import "github.com/cantil-go/cantil/internal/httpheader"

// Authorization is what a request says of who sends it, request.authorization.
type Authorization struct {
	// Type is the scheme in small letters: "basic", "bearer", "digest".
	Type string
	// Parameters are the values that the scheme sends by name. Basic has
	// username and password. They are nil if there is a Token.
	Parameters map[string]string
	// Token is the one value that a scheme such as bearer sends.
	Token string
}

// Username is the user of basic and digest, "" if there is none: authorization.username.
func (a *Authorization) Username() string { return a.Parameters["username"] }

// Password is the password of basic, "" if there is none: authorization.password.
func (a *Authorization) Password() string { return a.Parameters["password"] }

// Authorization is the request's Authorization header, request.authorization: nil
// if it has none, or one that cannot be read.
func (c *Context) Authorization() *Authorization {
	a, ok := httpheader.ParseAuthorization(c.Header("Authorization"))
	if !ok {
		return nil
	}
	return &Authorization{Type: a.Scheme, Parameters: a.Parameters, Token: a.Token}
}
