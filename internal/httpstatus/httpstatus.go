// Package httpstatus has the statuses of HTTP errors in words.
package httpstatus

import "net/http"

// Name is the status in words as Werkzeug says it, which differs from
// Go's in a few.
func Name(code int) string {
	switch code {
	case http.StatusRequestURITooLong:
		return "Request URI Too Long"
	case http.StatusNonAuthoritativeInfo:
		return "Non Authoritative Information"
	}
	if name := http.StatusText(code); name != "" {
		return name
	}
	return "Unknown Error"
}

// Texts tell a visitor what an error status means. They are also the
// statuses that Abort and ErrorHandler take: those of Werkzeug's exceptions.
var Texts = map[int]string{
	http.StatusBadRequest:                   "The server could not understand what the browser sent.",
	http.StatusUnauthorized:                 "Sign in to see this page; what was sent does not open it.",
	http.StatusForbidden:                    "This page is not open to you.",
	http.StatusNotFound:                     "There is nothing at this address. If you typed it, look at the spelling once more.",
	http.StatusMethodNotAllowed:             "This address does not take requests of this method.",
	http.StatusNotAcceptable:                "There is no version of this page in a form that the browser accepts.",
	http.StatusRequestTimeout:               "The request took too long to arrive.",
	http.StatusConflict:                     "The request does not fit the present state of what it asks for.",
	http.StatusGone:                         "This page was here and has been taken away for good.",
	http.StatusLengthRequired:               "The request does not say how long its body is.",
	http.StatusPreconditionFailed:           "A condition of the request does not hold.",
	http.StatusRequestEntityTooLarge:        "The request's body is larger than the server takes.",
	http.StatusRequestURITooLong:            "The address is longer than the server takes.",
	http.StatusUnsupportedMediaType:         "The request's body is of a type that this page does not take.",
	http.StatusRequestedRangeNotSatisfiable: "The part that was asked for is not there.",
	http.StatusExpectationFailed:            "The request expects what the server cannot do.",
	http.StatusTeapot:                       "This pot makes tea.",
	http.StatusMisdirectedRequest:           "This server does not answer for that address.",
	http.StatusUnprocessableEntity:          "The request was understood, but what it says cannot be done.",
	http.StatusLocked:                       "What the request asks for is locked.",
	http.StatusFailedDependency:             "Another action failed, and this one depends on it.",
	http.StatusPreconditionRequired:         "The request must say on which condition it is made.",
	http.StatusTooManyRequests:              "Too many requests came from here. Wait a moment.",
	http.StatusRequestHeaderFieldsTooLarge:  "The request's headers are larger than the server takes.",
	http.StatusUnavailableForLegalReasons:   "This page may not be shown, for legal reasons.",
	http.StatusInternalServerError:          "The server met an error of its own and could not answer. The error has been logged.",
	http.StatusNotImplemented:               "The server does not know how to do this.",
	http.StatusBadGateway:                   "A server behind this one gave an answer that makes no sense.",
	http.StatusServiceUnavailable:           "The server cannot answer just now. Try again in a moment.",
	http.StatusGatewayTimeout:               "A server behind this one did not answer in time.",
	http.StatusHTTPVersionNotSupported:      "The server does not speak this version of HTTP.",
}
