// Package pytext holds the rules of Python's text that Flask's behaviour rests
// on, each of them once: what counts as a space, how int() reads, how floats,
// texts and JSON are written, what becomes of bytes that are not text, and how
// urllib quotes. It needs nothing but the standard library.
package pytext
