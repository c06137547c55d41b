// Package nethttp joins net/http and fasthttp: [Serve] answers a request of
// net/http by a handler of fasthttp, and [Handler] the other way round.
//
// Both hand bodies on as they come, in both directions, and neither keeps a
// whole one in memory. What is handed over stays valid: no string is of
// fasthttp's buffers.
package nethttp
