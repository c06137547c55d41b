// Package command is how the cantil command talks to the program that it
// starts: variables of the environment, and the description that the program
// writes of itself.
package command

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
)

// The variables of the environment that App.Run reads.
const (
	// Debug as "1" turns Debug on.
	Debug = "CANTIL_DEBUG"
	// Listen is an address that replaces the program's own.
	Listen = "CANTIL_LISTEN"
	// Describe is a file that the program writes its [Description] to. It
	// serves nothing then.
	Describe = "CANTIL_DESCRIBE"
)

// Description is what a program says of itself. It holds no key.
type Description struct {
	Routes  []Route `json:"routes"`
	Session Session `json:"session"`
}

// Route is one rule of the program, in the order of registration.
type Route struct {
	Endpoint string   `json:"endpoint"`
	Methods  []string `json:"methods"`
	Rule     string   `json:"rule"`
}

// Session is how the program keeps its sessions: what another program that
// shares them must agree on.
type Session struct {
	CookieName  string `json:"cookie_name"`
	Domain      string `json:"domain"`
	Path        string `json:"path"`
	HTTPOnly    bool   `json:"httponly"`
	Secure      bool   `json:"secure"`
	SameSite    string `json:"samesite"`
	Partitioned bool   `json:"partitioned"`
	Lifetime    int    `json:"lifetime"` // seconds
	Refresh     bool   `json:"refresh_each_request"`
	Serializer  string `json:"serializer"` // "json", "msgpack" or a Go type
	Interface   string `json:"interface"`  // a Go type
	// KeyPrefix and SignedIDs are of sessions in a store.
	KeyPrefix string `json:"key_prefix"`
	SignedIDs bool   `json:"signed_ids"`
	// Key and Fallbacks are fingerprints; "" is no key.
	Key       string   `json:"key"`
	Fallbacks []string `json:"fallbacks"`
}

// Write writes the description to a file of the command's.
func (d *Description) Write(file string) error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// Read reads what a program wrote.
func Read(file string) (*Description, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var d Description
	return &d, json.Unmarshal(text, &d)
}

// Fingerprint tells keys apart without showing them: 48 bits of a hash. It is
// empty for no key.
func Fingerprint(key string) string {
	if key == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("cantil: fingerprint of a secret key\x00" + key))
	return hex.EncodeToString(sum[:6])
}

// Address is where the program is to listen: at own, unless the command says
// otherwise.
func Address(own string) string {
	if addr := os.Getenv(Listen); addr != "" {
		return addr
	}
	return own
}
