package security_test

import (
	"fmt"
	"strings"

	"github.com/cantil-go/cantil/security"
)

func ExampleGeneratePasswordHash() {
	hash := security.GeneratePasswordHash("segredo")
	fmt.Println(strings.SplitN(hash, "$", 2)[0], len(hash))
	fmt.Println(security.CheckPasswordHash(hash, "segredo"), security.CheckPasswordHash(hash, "Segredo"))
	// Output:
	// scrypt:32768:8:1 162
	// true false
}

// Another method, and a longer salt.
func ExampleMethod() {
	hash := security.GeneratePasswordHash("segredo", security.Method("pbkdf2:sha512:1000"), security.SaltLength(22))
	fmt.Println(strings.Split(hash, "$")[0], len(strings.Split(hash, "$")[1]))
	// Output: pbkdf2:sha512:1000 22
}

// A hash of Werkzeug 1, from the table of a Flask site.
func ExampleCheckPasswordHash() {
	hash := "pbkdf2:sha256:150000$a1B2c3D4$375ad2e14e23cd1f14bfb191eb6a1b5fc3d0059944a2194ebac84f59cfb9eeb1"
	fmt.Println(security.CheckPasswordHash(hash, "segredo"), security.NeedsRehash(hash))
	// Output: true true
}

// The digests of Werkzeug 2 and before, until each user has logged in once.
func ExampleChecker() {
	hash := "sha1$abcdefgh$e8b8850c11636711d5d72401f901f1a17d717336"
	fmt.Println(security.CheckPasswordHash(hash, "secret"))
	fmt.Println(security.Checker{Legacy: true}.CheckPasswordHash(hash, "secret"), security.NeedsRehash(hash))
	// Output:
	// false
	// true true
}
