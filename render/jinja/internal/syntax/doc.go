// Package syntax turns the source of a Jinja template into a tree: a lexer that
// follows Jinja's regular expressions, a parser by recursive descent that
// follows its grammar, and the nodes, which are Jinja's own kinds because its
// scoping rules are defined over them. It knows nothing of values or of running
// a template.
//
// [Parse] is the way in; [Children] and [Walk] go through the tree.
package syntax
