// Package itsdangerous signs values and verifies them as the Python library
// ItsDangerous 2.2 does, with its names and its defaults: what one program signs
// the other reads, if both know the key. The bytes are the same but for payloads
// that either compresses, and NaN and Infinity, which Python writes into JSON, are
// not read here. Links in mails, for instance, that confirm an address or reset a
// password:
//
//	package main
//
//	import (
//		"errors"
//		"fmt"
//		"time"
//
//		"github.com/cantil-go/cantil/session/itsdangerous"
//	)
//
//	func main() {
//		s := itsdangerous.NewURLSafeTimedSerializer("sua_chave_secreta", itsdangerous.Salt("email-confirm"))
//		token, err := s.Dumps("maria@example.com")
//		if err != nil {
//			panic(err)
//		}
//		fmt.Println("https://example.com/confirm/" + token)
//
//		var email string
//		err = s.Loads(token, &email, time.Hour)
//		switch {
//		case errors.Is(err, itsdangerous.ErrExpired):
//			fmt.Println("this link has expired")
//		case err != nil:
//			fmt.Println("this link is invalid")
//		default:
//			fmt.Println(email, "is confirmed")
//		}
//	}
//
// Each layer adds one thing to the one below:
//
//   - [Signer] adds a signature to a value: value.signature
//   - [TimestampSigner] adds the time of signing: value.timestamp.signature
//   - [Serializer] and [TimedSerializer] sign any value, as JSON
//   - [URLSafeSerializer] and [URLSafeTimedSerializer] put it into base64, after
//     compression where that is shorter
//
// A signature proves who wrote a value. It does not hide the value: anyone can
// read a token. Keep one salt for each purpose; see [Salt]. For a key that
// changes, see [Keys].
//
// Flask's session cookies are tokens of a URLSafeTimedSerializer with other
// content than JSON. Their way through the same types takes and returns bytes,
// with the time as an argument: AppendSign, UnsignBytes, AppendDumps,
// AppendLoads.
//
// Everything here may be used from many goroutines at once.
package itsdangerous
