// Package routing decides which rule answers a path and builds the URL of an
// endpoint, by the rules of Werkzeug 3.1, the router below Flask.
//
// A [Map] holds the rules of a program. [Map.Match] takes a method and a
// decoded path and says one of four things: this rule with these arguments, go
// elsewhere, not with this method, no such page. [Map.URLFor] goes the other
// way, from an endpoint and values to a URL, as Flask's url_for.
//
// A rule is cut at its slashes into parts, and the parts of all rules form one
// tree. At each node a static part is looked up first; then the dynamic parts
// are tried in the order of their weight. A node at depth n is only ever
// reached with n segments consumed, so a search visits no node twice and its
// cost is bounded by the number of rules.
//
// Matching works on substrings of the path and fills a [Result] that is used
// again: it allocates nothing for the usual converters. Regular expressions
// serve converters of a user's own, and take over from the hand-written matcher
// of segments with several variables when a hostile path makes that one search
// for too long.
//
// What differs from Werkzeug, on purpose:
//
//   - an integer of more than 4300 digits is no match (there it is a 500);
//   - a rule that could never work (a minimum above a maximum, a text as limit
//     of a number, a RedirectTo with a foreign variable) is refused when it is
//     added; so are lengths above 2^20, or 4096 beside other things in a
//     segment, and more than 64 different methods in one map;
//   - user regular expressions are Go's: \d is ASCII there, and there are no
//     look-arounds;
//   - any error of a converter's ToGo means no match, and segments with more
//     than ten variables keep their order;
//   - hosts, subdomains, WebSockets and functions as RedirectTo are not
//     supported, hosts outside ASCII not converted;
//   - a number that is not one in the path (url_for with int and "x") is an
//     error of cantil's own words.
package routing
