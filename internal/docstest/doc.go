// Package docstest tries what the documentation says: its programs are built, its
// first hour is walked through word for word, and the languages say the same.
package docstest
