package conformance

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cantil-go/cantil"
)

// uploadRoutes count how many bodies the views took for whole ones.
func uploadRoutes(app *cantil.App) {
	var whole atomic.Int64
	took := func(c *cantil.Context, n int) any {
		whole.Add(1)
		return fmt.Sprint(n)
	}
	post := func(path string, view cantil.View) { app.Post(path, cantil.Endpoint(path[1:]))(view) }
	post("/raw", func(c *cantil.Context) any { return took(c, len(c.Data())) })
	post("/form", func(c *cantil.Context) any { return took(c, len(c.Form().Must("text"))) })
	post("/json", func(c *cantil.Context) any {
		var v any
		if err := c.JSON(&v); err != nil {
			return err
		}
		return took(c, 1)
	})
	post("/multipart", func(c *cantil.Context) any {
		files := c.Files("file")
		if len(files) == 0 {
			return cantil.Abort(400)
		}
		return took(c, int(files[0].Size()))
	})
	app.Get("/whole", cantil.Endpoint("whole"))(func(*cantil.Context) any { return fmt.Sprint(whole.Load()) })
}

// An upload is a request with a body, as it goes over the connection.
type upload struct {
	raw  []byte
	head int   // bytes of request line and headers
	ends []int // where chunks end, for one that is chunked
}

// uploadKinds make an upload of about n bytes.
var uploadKinds = []func(n int) upload{
	func(n int) upload {
		return measuredUpload("/raw", "application/octet-stream", bytes.Repeat([]byte("r"), n))
	},
	func(n int) upload {
		text := append([]byte("a=1&text="), bytes.Repeat([]byte("f"), min(n, 450_000))...)
		return measuredUpload("/form", "application/x-www-form-urlencoded", text)
	},
	func(n int) upload {
		return measuredUpload("/multipart", "multipart/form-data; boundary=edge", multipartBody("edge", "m", n))
	},
	chunkedUpload,
}

func measuredUpload(path, contentType string, body []byte) upload {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", path, contentType, len(body))
	return upload{raw: append([]byte(head), body...), head: len(head)}
}

// multipartBody is a form with one file that says the same byte n times.
func multipartBody(boundary, content string, n int) []byte {
	body := fmt.Appendf(nil, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n", boundary)
	body = append(body, bytes.Repeat([]byte(content), n)...)
	return fmt.Appendf(body, "\r\n--%s--\r\n", boundary)
}

// chunkedUpload sends chunks of chunkSize bytes, of n bytes in all or a few more.
func chunkedUpload(n int) upload {
	all := allChunks()
	chunks := min((n+chunkSize-1)/chunkSize, len(all.ends))
	u := upload{head: all.head, ends: all.ends[:chunks]}
	u.raw = append(all.raw[:u.ends[chunks-1]:u.ends[chunks-1]], "0\r\n\r\n"...)
	return u
}

const chunkSize = 10_000

// allChunks is the longest of them, without its end.
var allChunks = sync.OnceValue(func() upload {
	chunk := fmt.Appendf(nil, "%x\r\n%s\r\n", chunkSize, bytes.Repeat([]byte("c"), chunkSize))
	u := upload{raw: []byte("POST /raw HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")}
	u.head = len(u.raw)
	for len(u.raw) < 16<<20-2*len(chunk) {
		u.raw = append(u.raw, chunk...)
		u.ends = append(u.ends, len(u.raw))
	}
	return u
})

// cut is where an upload breaks off: anywhere in its body, or right behind a chunk.
func (u *upload) cut(random *rand.Rand) int {
	if len(u.ends) > 0 && random.IntN(2) == 0 {
		return u.ends[random.IntN(len(u.ends))]
	}
	return u.head + random.IntN(len(u.raw)-u.head)
}

// send sends the upload up to end and then lets go: by FIN, and reads what is
// answered, or by RST.
func (u *upload) send(addr string, end int, reset bool) (answer []byte, err error) {
	conn, err := net.DialTimeout("tcp", addr, fetchTime)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(fetchTime))
	_, err = conn.Write(u.raw[:end])
	if reset {
		return nil, conn.(*net.TCPConn).SetLinger(0)
	}
	if err == nil {
		err = conn.(*net.TCPConn).CloseWrite()
	}
	if err != nil {
		return nil, nil // the server has refused it before
	}
	answer, _ = io.ReadAll(conn)
	return answer, nil
}

// TestSoakCutUploads cuts uploads at random places. No view may take what came
// for a whole body. Now and then one is not cut, and is to be taken.
func TestSoakCutUploads(t *testing.T) {
	const clients, wholeEvery = 8, 50
	total, largest := soakOr(10_000, 400), soakOr(4<<20, 256<<10)
	p := startProgram(t, programConfig{})
	p.warm()
	before := p.counts()
	var next, cut, whole, failed atomic.Int64
	stop := time.Now().Add(3 * time.Minute) // a machine that is busy makes fewer
	var workers sync.WaitGroup
	for client := range clients {
		random := rand.New(rand.NewPCG(6, uint64(client)))
		workers.Go(func() {
			for i := next.Add(1); i <= int64(total) && p.alive() && time.Now().Before(stop); i = next.Add(1) {
				u := uploadKinds[i%int64(len(uploadKinds))](64<<10 + random.IntN(largest-64<<10))
				var err error
				if i%wholeEvery < int64(len(uploadKinds)) && i%wholeEvery == i%int64(len(uploadKinds)) {
					whole.Add(1)
					_, err = u.send(p.addr, len(u.raw), false)
				} else {
					cut.Add(1)
					_, err = u.send(p.addr, u.cut(random), random.IntN(2) == 0)
				}
				if err != nil {
					failed.Add(1)
				}
			}
		})
	}
	workers.Wait()
	after, ok := p.settled(before, 15*time.Second)
	_, text, _ := fetch(p.url("/whole"))
	var took int
	fmt.Sscan(text, &took)
	holds(t, "cut uploads: the program is alive", p.alive())
	atMost(t, fmt.Sprintf("cut uploads: taken for whole, of %d cut", cut.Load()), took-int(whole.Load()), 0)
	t.Logf("soak: cut uploads: at %s 2369 of 5000 that could be (raw, form, between chunks)", baseline)
	holds(t, "cut uploads: there were enough", int(cut.Load()) > total/4)
	holds(t, fmt.Sprintf("cut uploads: each of %d whole ones was taken", whole.Load()), took >= int(whole.Load()) && whole.Load() > 0)
	atMost(t, "cut uploads: connections that failed", int(failed.Load()), 0)
	t.Logf("soak: cut uploads: %+v before, %+v after", before, after)
	holds(t, "cut uploads: goroutines and descriptors are as before", ok)
}
