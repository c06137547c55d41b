package jinja

// The types of tokens, named as in the messages of Jinja's parser.
type tokenType uint8

const (
	tokEOF tokenType = iota
	tokData
	tokBlockBegin
	tokBlockEnd
	tokVarBegin
	tokVarEnd
	tokName
	tokString
	tokInteger
	tokFloat
	tokAdd
	tokSub
	tokDiv
	tokFloorDiv
	tokMul
	tokMod
	tokPow
	tokTilde
	tokLBracket
	tokRBracket
	tokLParen
	tokRParen
	tokLBrace
	tokRBrace
	tokEq
	tokNe
	tokGt
	tokGtEq
	tokLt
	tokLtEq
	tokAssign
	tokDot
	tokColon
	tokPipe
	tokComma
	tokSemicolon
)

// describe says what a type of token is called in an error message.
var tokenNames = [...]string{
	tokEOF: "end of template", tokData: "template data / text",
	tokBlockBegin: "begin of statement block", tokBlockEnd: "end of statement block",
	tokVarBegin: "begin of print statement", tokVarEnd: "end of print statement",
	tokName: "name", tokString: "string", tokInteger: "integer", tokFloat: "float",
	tokAdd: "+", tokSub: "-", tokDiv: "/", tokFloorDiv: "//", tokMul: "*", tokMod: "%",
	tokPow: "**", tokTilde: "~", tokLBracket: "[", tokRBracket: "]", tokLParen: "(",
	tokRParen: ")", tokLBrace: "{", tokRBrace: "}", tokEq: "==", tokNe: "!=", tokGt: ">",
	tokGtEq: ">=", tokLt: "<", tokLtEq: "<=", tokAssign: "=", tokDot: ".", tokColon: ":",
	tokPipe: "|", tokComma: ",", tokSemicolon: ";",
}

func (t tokenType) String() string { return tokenNames[t] }

// operators maps the text of an operator to its token; longer ones come first
// where one begins another, so the first match is the longest.
var operators = []struct {
	text string
	typ  tokenType
}{
	{"//", tokFloorDiv}, {"**", tokPow}, {"==", tokEq}, {"!=", tokNe}, {">=", tokGtEq},
	{"<=", tokLtEq}, {"+", tokAdd}, {"-", tokSub}, {"/", tokDiv}, {"*", tokMul},
	{"%", tokMod}, {"~", tokTilde}, {"[", tokLBracket}, {"]", tokRBracket},
	{"(", tokLParen}, {")", tokRParen}, {"{", tokLBrace}, {"}", tokRBrace}, {">", tokGt},
	{"<", tokLt}, {"=", tokAssign}, {".", tokDot}, {":", tokColon}, {"|", tokPipe},
	{",", tokComma}, {";", tokSemicolon},
}

// token is one lexical unit. text is the data, the name or the decoded string;
// value holds the number of an integer or float.
type token struct {
	typ   tokenType
	line  int
	text  string
	value any
}

// describe names the token in an error message: names speak for themselves.
func (t token) describe() string {
	if t.typ == tokName {
		return t.text
	}
	return t.typ.String()
}

func (t token) isName(name string) bool { return t.typ == tokName && t.text == name }
