package itsdangerous_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/cantil-go/cantil/session/itsdangerous"
)

// at is a clock that stands still.
func at(seconds int64) func() time.Time {
	return func() time.Time { return time.Unix(seconds, 0) }
}

// A link that confirms an address, good for an hour. Python's
// URLSafeTimedSerializer("sua_chave_secreta", salt="email-confirm") writes the
// same token in the same second.
func ExampleURLSafeTimedSerializer() {
	s := itsdangerous.NewURLSafeTimedSerializer("sua_chave_secreta", itsdangerous.Salt("email-confirm"))
	s.Now = at(1735689600)
	token, _ := s.Dumps("maria@example.com")
	fmt.Println(token)

	var email string
	fmt.Println(s.Loads(token, &email, time.Hour), email)

	s.Now = at(1735689600 + 3601)
	err := s.Loads(token, &email, time.Hour)
	var expired *itsdangerous.SignatureExpired
	if errors.As(err, &expired) {
		fmt.Println("signed", expired.DateSigned)
	}
	// Output:
	// Im1hcmlhQGV4YW1wbGUuY29tIg.Z3SFgA.ELU1vYCKqga7b0ixTWeSfi5pFtE
	// <nil> maria@example.com
	// signed 2025-01-01 00:00:00 +0000 UTC
}

// The cookie is the one that Flask sends for session["username"] = "Maria"
// under the same key in the same second.
func ExampleURLSafeTimedSerializer_AppendDumps() {
	cookies := itsdangerous.NewURLSafeTimedSerializer("sua_chave_secreta",
		itsdangerous.Salt("cookie-session"), itsdangerous.KeyDerivation("hmac"))
	now := time.Unix(1735689600, 0)

	cookie := cookies.AppendDumps(nil, []byte(`{"username":"Maria"}`), now)
	fmt.Printf("%s\n", cookie)

	payload, signedAt, err := cookies.AppendLoads(nil, cookie, time.Hour, now.Add(time.Minute))
	fmt.Printf("%s %v %v\n", payload, signedAt, err)

	_, _, err = cookies.AppendLoads(nil, cookie, time.Hour, now.Add(2*time.Hour))
	fmt.Println(errors.Is(err, itsdangerous.ErrExpired), err)
	// Output:
	// eyJ1c2VybmFtZSI6Ik1hcmlhIn0.Z3SFgA.zu_Bqa5P5BJEvD6jsOd7ygNHk78
	// {"username":"Maria"} 2025-01-01 00:00:00 +0000 UTC <nil>
	// true itsdangerous: signature expired
}

// Links that do not expire.
func ExampleURLSafeSerializer() {
	s := itsdangerous.NewURLSafeSerializer("sua_chave_secreta", itsdangerous.Salt("unsubscribe"))
	token, _ := s.Dumps([]any{1, "a"})
	fmt.Println(token)

	var list []any
	fmt.Println(s.Loads(token, &list), list)

	forged := token[:len(token)-1] + "A"
	fmt.Println(s.Loads(forged, &list))
	// Output:
	// WzEsImEiXQ.XNl1Ea3zXNvDZCn7sEEC9AuUIFw
	// <nil> [1 a]
	// itsdangerous: signature does not match
}

// What a user of the program may read and not change.
func ExampleSerializer() {
	type offer struct {
		Item  string `json:"item"`
		Price int    `json:"price"`
	}
	s := itsdangerous.NewSerializer("sua_chave_secreta")
	token, _ := s.Dumps(offer{"maçã", 7})
	fmt.Println(token)

	var read offer
	fmt.Println(s.Loads(token, &read), read)
	// Output:
	// {"item": "ma\u00e7\u00e3", "price": 7}.2G4MYgGQiDlPkyJ2HSicoLDo_bQ
	// <nil> {maçã 7}
}

func ExampleTimedSerializer() {
	s := itsdangerous.NewTimedSerializer("sua_chave_secreta")
	s.Now = at(1735689600)
	token, _ := s.Dumps("v")
	var v string
	signed, err := s.LoadsTimestamp(token, &v, time.Minute)
	fmt.Println(token, v, signed.Year(), err)
	// Output: "v".Z3SFgA.jyxTlDMQpaAotlRpFahxnUpH9I0 v 2025 <nil>
}

// Flask-Session signs its session ids like this if SESSION_USE_SIGNER is set.
func ExampleSigner() {
	signer := itsdangerous.NewSigner("sua_chave_secreta", itsdangerous.Salt("flask-session"), itsdangerous.KeyDerivation("hmac"))
	signed := signer.Sign("abc")
	fmt.Println(signed)

	_, err := signer.Unsign("abd" + signed[3:])
	fmt.Println(err)
	// Output:
	// abc.J5ALIBTX0phpwtGKP_gH-0BXKCE
	// itsdangerous: signature does not match
}

// SHA-256 instead of SHA-1.
func ExampleDigest() {
	signer := itsdangerous.NewSigner("sua_chave_secreta", itsdangerous.Salt("email-confirm"), itsdangerous.Digest(sha256.New))
	fmt.Println(signer.Sign("42"))
	// Output: 42.xWJ0ZFBeabmqQgTjSUxUw8Jmgid2_T_uMAUJeeZBYLE
}

// A new key signs, the old one still verifies.
func ExampleKeys() {
	old := itsdangerous.NewTimestampSigner("old key", itsdangerous.Salt("invitation"))
	rotated := itsdangerous.NewTimestampSigner("new key", itsdangerous.Keys("old key"), itsdangerous.Salt("invitation"))

	value, _, err := rotated.Unsign(old.Sign("maria"), time.Hour)
	fmt.Println(value, err)

	_, _, err = old.Unsign(rotated.Sign("maria"), time.Hour)
	fmt.Println(err)
	// Output:
	// maria <nil>
	// itsdangerous: signature does not match
}

// The errors are Python's, each a kind of BadSignature but for BadPayload.
func ExampleSignatureExpired() {
	signer := itsdangerous.NewTimestampSigner("sua_chave_secreta")
	signer.Now = at(1735689600)
	signed := signer.Sign("maria@example.com")
	fmt.Println(signed)

	signer.Now = at(1735689661)
	_, _, err := signer.Unsign(signed, time.Minute)
	var expired *itsdangerous.SignatureExpired
	var bad *itsdangerous.BadSignature
	fmt.Println(errors.As(err, &expired), errors.As(err, &bad), errors.Is(err, itsdangerous.ErrExpired))
	fmt.Printf("%s %v\n", expired.Payload, expired.DateSigned)
	// Output:
	// maria@example.com.Z3SFgA.J2PRPa_TwBAmjKQA760iB60RZl8
	// true true true
	// maria@example.com 2025-01-01 00:00:00 +0000 UTC
}
