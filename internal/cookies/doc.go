// Package cookies reads the Cookie header, writes Set-Cookie as Werkzeug does,
// and keeps the cookies of a client. A cookie is text here: what a session's
// value means is package session's affair.
package cookies
