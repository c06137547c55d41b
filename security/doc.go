// Package security makes and checks the password hashes of Werkzeug's
// werkzeug.security: a table of users that a Flask site filled is read, and
// what is written Flask reads.
//
//	package main
//
//	import (
//		"fmt"
//
//		"github.com/cantil-go/cantil/security"
//	)
//
//	// absent is checked where there is no such user: the answer takes as long as
//	// for one whose hash is of the default method.
//	var absent = security.GeneratePasswordHash("")
//
//	func login(users map[string]string, name, password string) bool {
//		hash, known := users[name]
//		if !known {
//			hash = absent
//		}
//		if !security.CheckPasswordHash(hash, password) || !known {
//			return false
//		}
//		if security.NeedsRehash(hash) { // an old method: the password is at hand now
//			users[name] = security.GeneratePasswordHash(password)
//		}
//		return true
//	}
//
//	func main() {
//		users := map[string]string{"maria": security.GeneratePasswordHash("segredo")}
//		fmt.Println(login(users, "maria", "segredo"), login(users, "maria", "errado"), login(users, "ana", ""))
//	}
//
// A hash is the text method$salt$digest:
//
//	scrypt:32768:8:1$Xy7Qk2LmN9pRs4Tv$712cc757945d…   Werkzeug 3
//	pbkdf2:sha256:600000$Xy7Qk2LmN9pRs4Tv$19d9f81f…   Werkzeug 2 and before, or by choice
//
// The default scrypt takes 32 MiB and some 50 ms on one core. However many
// visitors log in at once, only as many hashes are computed at the same time as
// fit into 128 MiB; the others wait. What a hash may ask for is bounded too,
// since a table may hold anything: 128 MiB, 32 times the work of the default,
// ten million rounds of pbkdf2. A hash above that is of no password.
package security
