package security

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// A method computes digests, with its parameters.
type method interface {
	digest(password, salt string) (string, error)
	strong() bool
	String() string
}

// Bounds on what a hash may ask for.
const (
	maxScryptMemory = 129 << 20    // bytes: 128 MiB, N of 131072 with r of 8, and p blocks more
	maxScryptWork   = 32 * 1 << 18 // N·r·p; the default's is 1 << 18
	maxRounds       = 10_000_000   // of pbkdf2
)

var (
	errMethod     = errors.New("security: unknown method")
	errParameters = errors.New("security: parameters that cannot be, or ask for too much")
	errHash       = errors.New("security: pbkdf2 with a hash that is not here")
	errPython     = errors.New("security: parameters of scrypt that Werkzeug cannot check: N too small beside p, or too large for r")
)

// parseMethod reads what is before the first dollar sign of a hash. Numbers
// that are not there are those of Werkzeug 3.1.
func parseMethod(text string) (method, error) {
	name, rest, given := strings.Cut(text, ":")
	args := strings.Split(rest, ":")
	switch {
	case name == "scrypt" && !given:
		return scryptMethod{1 << 15, 8, 1}, nil
	case name == "scrypt":
		return parseScrypt(args)
	case name == "pbkdf2" && !given:
		return newPBKDF2("sha256", 1_000_000)
	case name == "pbkdf2" && len(args) == 1:
		return newPBKDF2(args[0], 1_000_000)
	case name == "pbkdf2" && len(args) == 2:
		rounds, err := strconv.Atoi(args[1])
		if err != nil {
			return nil, errParameters
		}
		return newPBKDF2(args[0], rounds)
	case name == "pbkdf2":
		return nil, errParameters
	}
	return nil, fmt.Errorf("%w %q", errMethod, text)
}

// scryptMethod holds N, r and p of RFC 7914.
type scryptMethod struct{ n, r, p int }

func parseScrypt(args []string) (method, error) {
	if len(args) != 3 {
		return nil, errParameters
	}
	var numbers [3]int
	for i, arg := range args {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 || n > maxScryptWork { // their products fit into an int64
			return nil, errParameters
		}
		numbers[i] = n
	}
	m := scryptMethod{numbers[0], numbers[1], numbers[2]}
	if m.n < 2 || m.n&(m.n-1) != 0 || m.memory() > maxScryptMemory || int64(m.n)*int64(m.r) > int64(maxScryptWork/m.p) {
		return nil, errParameters
	}
	return m, nil
}

// memory is what one run takes, in bytes.
func (m scryptMethod) memory() int64 { return 128 * int64(m.r) * (int64(m.n) + int64(m.p)) }

func (m scryptMethod) digest(password, salt string) (string, error) {
	defer memory.take(m.memory())()
	sum, err := scrypt.Key([]byte(password), []byte(salt), m.n, m.r, m.p, 64)
	return hex.EncodeToString(sum), err
}

// checkedByPython reports whether OpenSSL takes the parameters, with the memory
// that Werkzeug allows it: 132·N·r·p bytes.
func (m scryptMethod) checkedByPython() bool {
	n, p := int64(m.n), int64(m.p)
	return 128*(n+2+p) <= 132*n*p && (m.r > 3 || n < 1<<(16*m.r))
}

func (m scryptMethod) strong() bool { return m.n >= 1<<15 && m.r >= 8 }

func (m scryptMethod) String() string { return fmt.Sprintf("scrypt:%d:%d:%d", m.n, m.r, m.p) }

// pbkdf2Method is PBKDF2 of RFC 8018, as long as its hash.
type pbkdf2Method struct {
	name   string
	hash   func() hash.Hash
	rounds int
}

func newPBKDF2(name string, rounds int) (method, error) {
	h, ok := hashes[strings.ToLower(name)]
	if !ok {
		return nil, errHash
	}
	if rounds < 1 || rounds > maxRounds {
		return nil, errParameters
	}
	return pbkdf2Method{name, h, rounds}, nil
}

func (m pbkdf2Method) digest(password, salt string) (string, error) {
	sum, err := pbkdf2.Key(m.hash, password, []byte(salt), m.rounds, m.hash().Size())
	return hex.EncodeToString(sum), err
}

func (m pbkdf2Method) strong() bool {
	switch strings.ToLower(m.name) {
	case "sha256", "sha384", "sha512":
		return m.rounds >= 600_000
	}
	return false
}

func (m pbkdf2Method) String() string { return fmt.Sprintf("pbkdf2:%s:%d", m.name, m.rounds) }

// hashes are those that Go has, under the names of Python's hashlib.
var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New,
	"sha224": sha256.New224, "sha256": sha256.New,
	"sha384": sha512.New384, "sha512": sha512.New,
	"sha512_224": sha512.New512_224, "sha512_256": sha512.New512_256,
	"sha3_224": func() hash.Hash { return sha3.New224() }, "sha3_256": func() hash.Hash { return sha3.New256() },
	"sha3_384": func() hash.Hash { return sha3.New384() }, "sha3_512": func() hash.Hash { return sha3.New512() },
}

// legacyMethod is one digest of the password, keyed with the salt if there is
// one.
type legacyMethod struct {
	name string
	hash func() hash.Hash
}

func parseLegacy(name string) (method, error) {
	h, ok := hashes[strings.ToLower(name)]
	if !ok {
		return nil, errMethod
	}
	return legacyMethod{name, h}, nil
}

func (m legacyMethod) digest(password, salt string) (string, error) {
	h := m.hash()
	if salt != "" {
		h = hmac.New(m.hash, []byte(salt))
	}
	h.Write([]byte(password))
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (m legacyMethod) strong() bool { return false }

func (m legacyMethod) String() string { return m.name }
