// Package httpsession is Flask's session for programs of net/http: chi, Gin,
// Echo, and whatever else serves an http.Handler. It reads and writes the cookies
// and rows of Flask and Cantil, by any interface of package session:
//
//	cfg := httpsession.NewConfig(os.Getenv("SECRET_KEY"))
//	cfg.Serializer = codec.TaggedJSON // while Flask reads the cookie
//	sessions := httpsession.New(session.SecureCookie{}, cfg)
//
//	http.HandleFunc("/perfil", func(w http.ResponseWriter, r *http.Request) {
//		s := httpsession.FromContext(r.Context())
//		fmt.Fprint(w, "Olá, ", s.Get("username", "visitante"))
//	})
//	http.ListenAndServe(":8080", sessions(http.DefaultServeMux))
//
// Wrap the whole router, not one route: a permanent session is sent again with
// every answer, whether the handler asked for it or not, as in Flask.
//
// # When the session is saved
//
// Before the first byte of the answer: at the handler's first Write, Flush or
// WriteHeader of a final status, when the connection is hijacked, or when the
// handler returns or panics. Informational answers (1xx) do not count. What is set
// in the session after that is lost, and a line in the log says so: a stream sets
// it before it begins.
//
// A session whose store fails ends the request that asked for it in a 503. A
// request that did not ask is never failed by it.
package httpsession
