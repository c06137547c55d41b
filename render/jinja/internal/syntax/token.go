package syntax

// TokenType is the kind of a token; String names it as in the messages of Jinja's parser.
type TokenType uint8

// TokData is text between tags; the words in braces, keywords too, are TokName.
const (
	TokEOF TokenType = iota
	TokData
	TokBlockBegin
	TokBlockEnd
	TokVarBegin
	TokVarEnd
	TokName
	TokString
	TokInteger
	TokFloat
	TokAdd
	TokSub
	TokDiv
	TokFloorDiv
	TokMul
	TokMod
	TokPow
	TokTilde
	TokLBracket
	TokRBracket
	TokLParen
	TokRParen
	TokLBrace
	TokRBrace
	TokEq
	TokNe
	TokGt
	TokGtEq
	TokLt
	TokLtEq
	TokAssign
	TokDot
	TokColon
	TokPipe
	TokComma
	TokSemicolon
)

// describe says what a type of token is called in an error message.
var tokenNames = [...]string{
	TokEOF: "end of template", TokData: "template data / text",
	TokBlockBegin: "begin of statement block", TokBlockEnd: "end of statement block",
	TokVarBegin: "begin of print statement", TokVarEnd: "end of print statement",
	TokName: "name", TokString: "string", TokInteger: "integer", TokFloat: "float",
	TokAdd: "+", TokSub: "-", TokDiv: "/", TokFloorDiv: "//", TokMul: "*", TokMod: "%",
	TokPow: "**", TokTilde: "~", TokLBracket: "[", TokRBracket: "]", TokLParen: "(",
	TokRParen: ")", TokLBrace: "{", TokRBrace: "}", TokEq: "==", TokNe: "!=", TokGt: ">",
	TokGtEq: ">=", TokLt: "<", TokLtEq: "<=", TokAssign: "=", TokDot: ".", TokColon: ":",
	TokPipe: "|", TokComma: ",", TokSemicolon: ";",
}

func (t TokenType) String() string { return tokenNames[t] }

// operators maps the text of an operator to its token; longer ones come first
// where one begins another, so the first match is the longest.
var operators = []struct {
	text string
	typ  TokenType
}{
	{"//", TokFloorDiv}, {"**", TokPow}, {"==", TokEq}, {"!=", TokNe}, {">=", TokGtEq},
	{"<=", TokLtEq}, {"+", TokAdd}, {"-", TokSub}, {"/", TokDiv}, {"*", TokMul},
	{"%", TokMod}, {"~", TokTilde}, {"[", TokLBracket}, {"]", TokRBracket},
	{"(", TokLParen}, {")", TokRParen}, {"{", TokLBrace}, {"}", TokRBrace}, {">", TokGt},
	{"<", TokLt}, {"=", TokAssign}, {".", TokDot}, {":", TokColon}, {"|", TokPipe},
	{",", TokComma}, {";", TokSemicolon},
}

// token is one lexical unit. text is the data, the name or the decoded string;
// value holds the number of an integer or float.
type token struct {
	typ   TokenType
	line  int
	text  string
	value any
}

// describe names the token in an error message: names speak for themselves.
func (t token) describe() string {
	if t.typ == TokName {
		return t.text
	}
	return t.typ.String()
}

func (t token) isName(name string) bool { return t.typ == TokName && t.text == name }
