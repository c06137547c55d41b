// Package recipes shows Flask's session, by session/httpsession, in services of
// Gin, Echo and chi that stand beside a Flask site: each test is a whole
// program, and the cookie that it reads is one that Flask signed. Beside
// them is a WebSocket in a program of Cantil. They live in this module so that
// none of those libraries is in the library's go.mod.
package recipes
