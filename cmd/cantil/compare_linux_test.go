package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTenThousandRequests records and compares 1,000 requests and then 10,000, of
// 10 kB each: neither command may need more memory for more of them.
func TestTenThousandRequests(t *testing.T) {
	body := "<p>" + strings.Repeat("a page of ten kilobytes, ", 400) + "</p>"
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body, r.URL.Query().Get("n"))
	}))
	t.Cleanup(site.Close)
	var peaks [2][2]int64 // record and compare, in kB
	for i, n := range []int{1000, 10_000} {
		file := filepath.Join(t.TempDir(), "traffic.jsonl")
		peaks[i][0] = recordMany(t, site.URL, file, n)
		cmd := exec.Command(binary, "compare", file, site.URL)
		cmd.Env = cleanEnv()
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), fmt.Sprintf("all of %d requests are answered alike", n)) {
			t.Fatalf("%v\n%s", err, out)
		}
		peaks[i][1] = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	}
	fmt.Printf("memory: record %d and %d kB, compare %d and %d kB for 1,000 and 10,000 requests of 100 MB in all\n",
		peaks[0][0], peaks[1][0], peaks[0][1], peaks[1][1])
	const more = 32 << 10 // of 90 MB that came in addition
	if peaks[1][0] > peaks[0][0]+more || peaks[1][1] > peaks[0][1]+more {
		t.Errorf("the memory grows with the requests: %v", peaks)
	}
}

func recordMany(t *testing.T, site, file string, n int) int64 {
	t.Helper()
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd, said, proxy := startRecord(t, site, out)
	for i := range n {
		answer, err := http.Get(fmt.Sprintf("%s/%d?n=%d", proxy, i%7, i))
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
	}
	cmd.Process.Signal(os.Interrupt)
	io.Copy(io.Discard, said)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
}

// TestPrintOnAFullDisk: a cookie that was not printed was not decoded.
func TestPrintOnAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, args := range [][]string{{"session", "decode", flaskCookie}, {"token", "decode", pythonToken}, {"secret"}, {"--help"}, {"completion", "bash"}} {
		cmd := exec.CommandContext(t.Context(), binary, args...)
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = full, &said
		if _ = cmd.Run(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(said.String(), "no space left on device") {
			t.Errorf("%v: %d %s", args, cmd.ProcessState.ExitCode(), said.String())
		}
	}
}

// TestRecordOnAFullDisk: who asked for a recording and has none is told so.
func TestRecordOnAFullDisk(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }))
	t.Cleanup(site.Close)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	cmd, said, proxy := startRecord(t, site.URL, full)
	answer, err := http.Get(proxy)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	first, _ := said.ReadString('\n')
	cmd.Process.Signal(os.Interrupt)
	rest, _ := io.ReadAll(said)
	_ = cmd.Wait()
	if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(first, "cannot be written") || !strings.Contains(string(rest), "requests that could not be written down: 1 of 1") {
		t.Errorf("status %d\n%s%s", cmd.ProcessState.ExitCode(), first, rest)
	}
}
