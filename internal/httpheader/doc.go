// Package httpheader reads and writes the values of HTTP headers as Werkzeug
// does: lists, options, dates, media types and their weights, ranges,
// credentials, and the Conditions that spare a client what it has already.
package httpheader
