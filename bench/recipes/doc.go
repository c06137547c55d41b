// Package recipes shows Flask's session in services of Gin, Echo and chi, by
// session/httpsession, and of Fiber and fasthttp alone, by App.Sessions, that stand
// beside a Flask site: each test is a whole program, and the cookie that it reads
// is one that Flask signed. A browser signs in at one of four that are one site.
// Beside them is a WebSocket in a program of Cantil. They live in this module so
// that none of those libraries is in the library's go.mod.
package recipes
