// Package wire is everything from the socket to a request that may be trusted.
//
// fasthttp reads requests fast and leaves much to whoever stands before it. A
// [Listener] stands there: it accepts connections, keeps their time limits, and
// hands fasthttp one request at a time, whose bytes were checked. [End] closes
// the walk of a request.
//
// What is guaranteed, whoever sends and whatever fails:
//
//   - Nothing of a body is ever taken for a request. A connection serves another
//     request only if the body of the last one was read to its end; at most
//     256 KiB are read for that. After an error in the framing nothing more is read.
//   - A body that was cut short never looks whole: reading it ends in an error
//     other than io.EOF, whether its length was announced or it came in chunks.
//   - One framing: both Content-Length and Transfer-Encoding, a coding other than
//     chunked, a repeated or malformed length, a folded line, a line that does not
//     end in CR LF, a header name with a space are refused (RFC 9112, 2 to 6).
//   - Chunks are checked to the letter and handed on in their plainest form.
//     Extensions and trailers are bounded and dropped: trailers are no headers.
//   - The target is a path, an http or https URL, an authority after CONNECT, or
//     "*"; host names are checked; methods are tokens in upper case.
//   - Connection is a list over all its lines; "Expect: 100-continue" counts in any
//     case, and no 100 goes to HTTP/1.0 or for a request without a body.
//   - An answer goes out when it is written, and arrives: before a connection with
//     unread input closes, its sending half is closed and the rest read, for at most
//     ten seconds.
//   - Limits in time for a request, for each piece of an answer, and between
//     requests; request line and headers are bounded in size, connections in number.
//   - A lack of descriptors or memory at accept makes new connections wait, and no
//     more. A shutdown answers what was accepted and received.
//   - A request can learn that its client has gone ([Done]).
//
// On Linux a connection that is a plain socket is read and written by system calls
// of its own (socket_linux.go says what that trades); the tag cantil_nosocket
// leaves them out.
//
// A fasthttp.Server over another listener has [Check] and End alone: fasthttp's
// own rules decide before they are asked, a cut chunked body may look whole there,
// and trailers become headers.
package wire
