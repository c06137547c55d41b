package cantil_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cantil-go/cantil"
)

// uploadApp reads bodies in each way, and counts the views that got one.
func uploadApp(read *atomic.Int32) *cantil.App {
	app := quiet()
	app.MaxFormMemorySize = 4 << 20
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	view := func(path string, f func(c *cantil.Context) any) {
		app.Post(path, cantil.Endpoint(path[1:]))(func(c *cantil.Context) any {
			answer := f(c)
			read.Add(1)
			return answer
		})
	}
	view("/data", func(c *cantil.Context) any { return strconv.Itoa(len(c.Data())) })
	view("/form", func(c *cantil.Context) any { return strconv.Itoa(len(c.Form().Get("a"))) })
	view("/file", func(c *cantil.Context) any { return strconv.FormatInt(c.Files("f")[0].Size(), 10) })
	return app
}

// multipartFile is a form of one file.
func multipartFile(data string) string {
	return "--b\r\nContent-Disposition: form-data; name=f; filename=n\r\n\r\n" + data + "\r\n--b--\r\n"
}

// TestCutBodies ends connections in the middle of bodies: a 400, and no view is
// handed a part as if it were the whole.
func TestCutBodies(t *testing.T) {
	var read atomic.Int32
	addr := listen(t, uploadApp(&read).Server())
	data := strings.Repeat("x", 200_000)
	for path, body := range map[string]string{"/data": data, "/form": "a=" + data, "/file": multipartFile(data)} {
		contentType := map[string]string{"/form": "application/x-www-form-urlencoded", "/file": "multipart/form-data; boundary=b"}[path]
		head := "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: " + contentType + "\r\n"
		for _, cut := range []int{10_000, 65_536, 150_000, len(body) - 1} {
			w := dial(t, addr).send(head + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body[:cut])
			w.Conn.(*net.TCPConn).CloseWrite()
			w.expect(400, "did not arrive whole")
			w.expectEnd()
		}
		w := dial(t, addr).send(head + fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n5000\r\nabc", len(body), body))
		w.Conn.(*net.TCPConn).CloseWrite()
		w.expect(400, "did not arrive whole")
		w.expectEnd()
	}
	if n := read.Load(); n != 0 {
		t.Errorf("%d views got a body that was cut", n)
	}
	w := dial(t, addr)
	for range 2 { // and whole ones, on one connection
		for _, n := range []int{0, 1, 8192, 8193, 65_536, 262_144, 262_145, 1_048_579} {
			w.send("POST /data HTTP/1.1\r\nHost: a\r\nContent-Length: "+strconv.Itoa(n)+"\r\n\r\n"+strings.Repeat("x", n)).expect(200, strconv.Itoa(n))
			if n > 0 {
				w.send(fmt.Sprintf("POST /data HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", n, strings.Repeat("x", n))).
					expect(200, strconv.Itoa(n))
			}
			body := multipartFile(strings.Repeat("x", n))
			w.send(fmt.Sprintf("POST /file HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", len(body), body)).
				expect(200, strconv.Itoa(n))
		}
	}
	if n := read.Load(); n != 2*(3*8-1) {
		t.Errorf("%d whole bodies were read", n)
	}
}

// TestCutBodyOfAnotherServer has Handler meet a request whose server did not look
// at its length.
func TestCutBodyOfAnotherServer(t *testing.T) {
	var read atomic.Int32
	client := uploadApp(&read).TestClient()
	for _, path := range []string{"/data", "/form", "/file"} {
		contentType := map[string]string{"/form": "application/x-www-form-urlencoded", "/file": "multipart/form-data; boundary=b"}[path]
		r := client.Post(path, cantil.RequestBody(contentType, []byte("a=1")), cantil.RequestHeader("Content-Length", "5"))
		if r.Status != 400 {
			t.Errorf("%s: %d", path, r.Status)
		}
	}
	if read.Load() != 0 {
		t.Error("a view got a body that was cut")
	}
}

// TestBodyMemory fills the memory of bodies: what is too much is a 503 that says
// when to come again, and each way out of a request gives its share back.
func TestBodyMemory(t *testing.T) {
	const size = 300_000
	app := quiet()
	app.MaxBodyMemory = 2*size + size/2
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any { return "ok" })
	holding, release := make(chan struct{}), make(chan struct{})
	app.Post("/hold")(func(c *cantil.Context) any {
		n := len(c.Data())
		holding <- struct{}{}
		<-release
		return strconv.Itoa(n)
	})
	app.Post("/panic")(func(c *cantil.Context) any { c.Data(); panic("no") })
	app.Post("/stream")(func(c *cantil.Context) any { return io.MultiReader(bytes.NewReader(c.Data())) })
	app.Post("/data")(func(c *cantil.Context) any { return strconv.Itoa(len(c.Data())) })
	app.Post("/files")(func(c *cantil.Context) any { return strconv.Itoa(len(c.AllFiles())) })
	addr := listen(t, app.Server())
	upload := func(path string) *wire {
		return dial(t, addr).send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + strconv.Itoa(size) + "\r\n\r\n" + strings.Repeat("x", size))
	}
	first := upload("/hold")
	<-holding
	second := upload("/hold")
	<-holding
	third := upload("/data")
	r, err := http.ReadResponse(third.in, nil)
	if err != nil || r.StatusCode != 503 || r.Header.Get("Retry-After") == "" {
		t.Fatalf("above the bound: %v %v", r, err)
	}
	alive(t, addr)
	close(release)
	first.expect(200, strconv.Itoa(size))
	second.expect(200, strconv.Itoa(size))
	files := ""
	for range 20 { // together more than the bound, each below what goes to the disk
		files += "--b\r\nContent-Disposition: form-data; name=f; filename=n\r\n\r\n" + strings.Repeat("x", 20_000) + "\r\n"
	}
	for range 10 {
		upload("/panic").expect(500, "")
		upload("/stream").expect(200, "xxx")
		upload("/data").expect(200, strconv.Itoa(size))
		w := dial(t, addr).send("POST /data HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + strings.Repeat("x", 200_000))
		w.Conn.(*net.TCPConn).CloseWrite()
		w.expect(400, "")
		dial(t, addr).send(fmt.Sprintf("POST /files HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s--b--\r\n",
			len(files)+7, files)).expect(200, "20")
	}
}

// TestTemporaryFiles uploads a large file beside a small one: the large one is on
// the disk while its request lasts, and gone in each way out.
func TestTemporaryFiles(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	app := quiet()
	var large, small *cantil.File
	big := strings.Repeat("0123456789", 100_000)
	target := filepath.Join(t.TempDir(), "saved")
	app.Post("/<how>", cantil.Endpoint("upload"))(func(c *cantil.Context) any {
		large, small = c.Files("large")[0], c.Files("small")[0]
		if openIn(t, folder) == 0 {
			return errors.New("no temporary file")
		}
		if err := large.Save(target); err != nil {
			return err
		}
		saved, _ := os.ReadFile(target)
		r, second := large.Open(), large.Open()
		r.Seek(-4, io.SeekEnd)
		tail, err := io.ReadAll(r)
		head := make([]byte, 4)
		io.ReadFull(second, head)
		if string(saved) != big || string(tail) != "6789" || string(head) != "0123" || err != nil || large.Size() != int64(len(big)) || string(large.Bytes()) != big {
			return fmt.Errorf("%d bytes saved, %q %q %v", len(saved), tail, head, err)
		}
		switch c.Param("how") {
		case "panic":
			panic("no")
		case "stream":
			return io.MultiReader(large.Open())
		}
		return "ok"
	})
	body := "--b\r\nContent-Disposition: form-data; name=large; filename=n\r\n\r\n" + big +
		"\r\n--b\r\nContent-Disposition: form-data; name=small; filename=n\r\n\r\npequeno\r\n--b--\r\n"
	ln := listen(t, app.Server())
	for how, want := range map[string]int{"return": 200, "panic": 500, "stream": 200} {
		w := dial(t, ln).send(fmt.Sprintf("POST /%s HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s", how, len(body), body))
		r, err := http.ReadResponse(w.in, nil)
		if err != nil || r.StatusCode != want {
			t.Fatalf("%s: %v %v", how, r, err)
		}
		if got, err := io.ReadAll(r.Body); err != nil || how == "stream" && string(got) != big {
			t.Errorf("%s: %d bytes, %v", how, len(got), err)
		}
		w.Close()
		eventually(t, how+": the file is closed", func() bool { return openIn(t, folder) == 0 })
		if _, err := large.Open().Read(make([]byte, 1)); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: a large file after its request: %v", how, err)
		}
		if string(small.Bytes()) != "pequeno" {
			t.Errorf("%s: a small file after its request: %q", how, small.Bytes())
		}
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("%d temporary files are left", len(entries))
	}
}

// openIn counts the files of a folder that are open, removed ones too.
func openIn(t *testing.T, folder string) (n int) {
	const descriptors = "/proc/self/fd"
	entries, err := os.ReadDir(descriptors)
	if err != nil {
		t.Skip("no /proc:", err)
	}
	for _, entry := range entries {
		target, _ := os.Readlink(filepath.Join(descriptors, entry.Name())) // one may be closed by now
		if strings.HasPrefix(target, folder) {
			n++
		}
	}
	return n
}

// TestLongBoundary sends a boundary above RFC 2046's 70 characters.
func TestLongBoundary(t *testing.T) {
	var read atomic.Int32
	client := uploadApp(&read).TestClient()
	for length, want := range map[int]int{70: 200, 71: 400, 14_000: 400} {
		boundary := strings.Repeat("-", length)
		body := strings.ReplaceAll(multipartFile("abc"), "--b", "--"+boundary)
		if r := client.Post("/file", cantil.RequestBody("multipart/form-data; boundary="+boundary, []byte(body))); r.Status != want {
			t.Errorf("%d characters: %d", length, r.Status)
		}
	}
}

// TestDataIsOneCopy compares the memory of an upload with its size.
func TestDataIsOneCopy(t *testing.T) {
	const size = 8 << 20
	app := quiet()
	var allocated atomic.Uint64
	app.Post("/")(func(c *cantil.Context) any {
		before := totalAlloc()
		n := len(c.Data()) + len(c.Data())
		allocated.Store(totalAlloc() - before)
		return strconv.Itoa(n)
	})
	addr := listen(t, app.Server())
	dial(t, addr).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "+strconv.Itoa(size)+"\r\n\r\n"+strings.Repeat("x", size)).expect(200, strconv.Itoa(2*size))
	if n := allocated.Load(); n > size*3/2 {
		t.Errorf("a body of %d bytes takes %d", size, n)
	}
}

func totalAlloc() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// TestStreamOfABody: a body is read as it comes, and what is left of it is never
// another request.
func TestStreamOfABody(t *testing.T) {
	app := quiet()
	app.MaxContentLength = 1000
	app.Post("/", cantil.Endpoint("i"))(func(c *cantil.Context) any {
		n, err := io.Copy(io.Discard, c.Stream())
		if err != nil {
			return err
		}
		again, _ := io.ReadAll(c.Stream())
		return fmt.Sprint(n, len(again), len(c.Data()), c.Form().Len())
	})
	app.Post("/some", cantil.Endpoint("some"))(func(c *cantil.Context) any {
		_, err := io.ReadFull(c.Stream(), make([]byte, 2))
		return fmt.Sprint(err)
	})
	app.Post("/data", cantil.Endpoint("data"))(func(c *cantil.Context) any {
		first := len(c.Data())
		again, err := io.ReadAll(c.Stream())
		return fmt.Sprint(first, len(again), err)
	})
	conn := serveIt(t, app)()
	in := bufio.NewReader(conn)
	smuggled := "GET /smuggled HTTP/1.1\r\nHost: evil\r\n\r\nxx"
	for _, test := range [][2]string{
		{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n" + smuggled, "200 40 0 0 0"},
		{"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n28\r\n" + smuggled + "\r\n0\r\n\r\n", "200 40 0 0 0"},
		{"POST /some HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n" + smuggled, "200 <nil>"},
		{"POST /data HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n" + smuggled, "200 40 40 <nil>"},
		{"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + strings.Repeat("x", 1001) + "\r\n0\r\n\r\n", "413 "},
	} {
		r, body := roundTrip(t, conn, in, "POST", test[0])
		if got := fmt.Sprint(r.StatusCode, " ", body); !strings.HasPrefix(got, test[1]) {
			t.Errorf("%.60q: %.100q, want %q", test[0], got, test[1])
		}
	}
}
