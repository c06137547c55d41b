package cantil_test

import (
	"slices"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session"
)

// encryptedCount is plainApp's /count with a kind of session.
func encryptedCount(tb testing.TB, iface session.Interface) func() {
	app := plainApp()
	app.SecretKey = "a key of more than sixteen bytes"
	app.SessionInterface = iface
	client := app.TestClient()
	client.Get("/count")
	value, ok := client.Cookie("session")
	if !ok {
		tb.Fatal("no cookie")
	}
	return answer(app.Handler(), request("/count", "session="+value))
}

// BenchmarkCountEncrypted has the two kinds of cookie take turns, so that a busy
// machine slows both, and reports the encrypted one's time over the signed one's.
func BenchmarkCountEncrypted(b *testing.B) {
	steps := []func(){encryptedCount(b, session.SecureCookie{}), encryptedCount(b, session.EncryptedCookie{})}
	const batch = 50
	var times [2][]time.Duration
	for b.Loop() {
		for i, step := range steps {
			began := time.Now()
			for range batch {
				step()
			}
			times[i] = append(times[i], time.Since(began)/batch)
		}
	}
	var median [2]float64
	for i := range times {
		slices.Sort(times[i])
		median[i] = float64(times[i][len(times[i])/2])
	}
	b.ReportMetric(median[0], "signed-ns/op")
	b.ReportMetric(median[1], "encrypted-ns/op")
	b.ReportMetric(median[1]/median[0], "encrypted/signed")
}
