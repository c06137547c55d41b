package itsdangerous_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/cantil-go/cantil/session/itsdangerous"
)

// The cookie is the one that Flask sends for session["username"] = "Maria" under the same key at the same second.
func ExampleURLSafeTimed() {
	cookies := itsdangerous.NewURLSafeTimed([]string{"sua_chave_secreta"}, "cookie-session")
	now := time.Unix(1735689600, 0)

	cookie := cookies.AppendDumps(nil, []byte(`{"username":"Maria"}`), now)
	fmt.Printf("%s\n", cookie)

	payload, signed, err := cookies.AppendLoads(nil, cookie, 31*24*time.Hour, now.Add(time.Minute))
	fmt.Printf("%s %v %v\n", payload, signed, err)

	_, _, err = cookies.AppendLoads(nil, cookie, time.Minute, now.Add(time.Hour))
	fmt.Println(errors.Is(err, itsdangerous.ErrExpired), err)
	// Output:
	// eyJ1c2VybmFtZSI6Ik1hcmlhIn0.Z3SFgA.zu_Bqa5P5BJEvD6jsOd7ygNHk78
	// {"username":"Maria"} 2025-01-01 00:00:00 +0000 UTC <nil>
	// true itsdangerous: signature expired
}

// Flask-Session signs its session ids like this if SESSION_USE_SIGNER is set.
func ExampleSigner() {
	signer := itsdangerous.NewSigner([]string{"sua_chave_secreta"}, "flask-session")
	signed := signer.AppendSign(nil, []byte("abc"))
	fmt.Printf("%s\n", signed)

	_, err := signer.Unsign([]byte("abd" + string(signed[3:])))
	fmt.Println(err)
	// Output:
	// abc.J5ALIBTX0phpwtGKP_gH-0BXKCE
	// itsdangerous: signature does not match
}

// A new key signs, the old one still verifies.
func ExampleNewTimestampSigner() {
	now := time.Unix(1735689600, 0)
	old := itsdangerous.NewTimestampSigner([]string{"old key"}, "invitation")
	rotated := itsdangerous.NewTimestampSigner([]string{"old key", "new key"}, "invitation")

	value, _, err := rotated.Unsign(old.AppendSign(nil, []byte("maria"), now), time.Hour, now)
	fmt.Printf("%s %v\n", value, err)

	_, _, err = old.Unsign(rotated.AppendSign(nil, []byte("maria"), now), time.Hour, now)
	fmt.Println(err)
	// Output:
	// maria <nil>
	// itsdangerous: signature does not match
}
