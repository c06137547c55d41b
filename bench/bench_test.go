package main

import (
	"testing"

	"github.com/cantil-go/cantil/bench/internal/inproc"
)

// BenchmarkRequest serves whole requests from memory. The names are benchstat's:
//
//	go test -bench Request -benchmem -count 10 . | tee new.txt
//	benchstat -col /peer new.txt
func BenchmarkRequest(b *testing.B) {
	cases, err := inproc.Cases(inproc.Peers, []string{"plain", "count", "perfil", "nomes"})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range cases {
		defer c.Close()
		b.Run("work="+c.Work+"/peer="+c.Peer, c.Bench)
	}
}
