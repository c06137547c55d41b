// Package session is the session of Flask in Go: a signed cookie that both
// read and write, and the mapping in it with Flask's rules of when it
// counts as new, accessed, modified and permanent.
//
//	s := c.Session()
//	s.Set("usuario", "Maria")       // session['usuario'] = 'Maria'
//	s.Get("role", "visitante")      // session.get('role', 'visitante')
//	s.Pop("usuario", nil)           // session.pop('usuario', None)
//	n, ok := session.Value[int](s, "n")
//
// # How a session travels
//
// An [Interface] opens the session of a request and saves it with the
// response; [SecureCookie], the default, keeps everything in the cookie, signed
// as package itsdangerous does and encoded by a serializer of package codec.
// A signed cookie can be read by whoever holds it: it cannot be changed, but it
// is not encrypted, as that of [EncryptedCookie] is. [NewServerSide] keeps the
// sessions in a [Store] instead, on the rows of Flask-Session, and only their
// ids in the cookies. [NewOverflow] does so with those that no cookie holds. Package httpsession has all of them for net/http.
//
// # Two requests at once
//
// A session in a store loses no key when requests of one visitor overlap: their
// changes are put together key by key. Of one key the last value counts, but
// what [Session.Change] makes is made again of the other request's value, so
// that counters and carts lose nothing. A session in the cookie has none of
// this: of two answers the browser keeps the cookie that came last, and the
// changes in the other one are gone, as in Flask.
//
// # How a session ends
//
// By [Session.Clear], without use after Config.Lifetime, in any case after
// Config.AbsoluteLifetime, and in a store by [ServerSide.Revoke] and
// [ServerSide.RevokeOwner], for which [Session.SetOwner] says whose it is.
//
// # How long values live
//
// A Session belongs to one request and to one goroutine. The values that it
// gives out stay valid for ever: they share one immutable copy of the payload
// and never the request's buffers, and no Session is used twice.
package session
