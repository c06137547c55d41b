// Package urls holds what is true of URLs whoever asks: which text names a host,
// how a request target is read, how an IRI becomes a URI and back. Its rules are
// those of Werkzeug's urls.py and of Python's urllib, except where a comment says
// that they are stricter.
package urls
