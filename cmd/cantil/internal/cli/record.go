package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
	"github.com/cantil-go/cantil/internal/urls"
)

func newRecord(s *streams) *cobra.Command {
	var to, listen string
	var secrets bool
	var limit int64
	cmd := &cobra.Command{
		Use:   "record --to URL [--listen ADDR] > traffic.jsonl",
		Short: "Write down what a site is asked and what it answers",
		Long: `Record is a proxy in front of a site. It writes a line of JSON to standard output
for each request and its answer, for cantil compare.

Passwords, the signatures of cookies and tokens, ids of stored sessions, what
headers such as Authorization hold and the secrets in JSON answers are masked,
unless --secrets is given: a session can be read in a recording, and not be
used. A recording still has what the pages show. Keep it as you keep those.

Browsers get a cookie, ` + traffic.ClientCookie + `, by which one is told from another; the site
does not see it. Compression and answers by 304 are not asked for, so that each
answer is written down whole.`,
		Example: `  cantil record --to http://localhost:5000 --listen localhost:9000 > traffic.jsonl
  cantil record --to http://flask:5000 --listen :9000 --secrets > /run/private/traffic.jsonl`,
		Args: usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			target, err := siteURL(to)
			switch {
			case err != nil:
				return usageError{fmt.Errorf("--to: %w", err)}
			case target.User != nil:
				return usageError{errors.New("--to has a user and password: visitors sign in themselves, leave them out")}
			}
			if err := checkBodyLimit(limit); err != nil {
				return err
			}
			recorder := traffic.NewRecorder(target, s.out)
			recorder.Secrets, recorder.BodyLimit = secrets, limit
			recorder.Failed = func(err error) { fmt.Fprintln(s.err, "cantil:", err) }
			return serveRecorder(s, recorder, listen)
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "`url` of the site, such as http://localhost:5000")
	cmd.Flags().StringVar(&listen, "listen", "localhost:9000", "`address` of the proxy")
	cmd.Flags().BoolVar(&secrets, "secrets", false, "write down passwords and signatures too")
	cmd.Flags().Int64Var(&limit, "body-limit", 1<<20, "how many `bytes` of a body are kept; of a larger one its length and hash")
	return cmd
}

// siteURL reads the address of a site. The error does not repeat a password.
func siteURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("no address of a site, such as http://localhost:5000: %w", urls.Reason(err))
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return nil, fmt.Errorf("%q is no address of a site, such as http://localhost:5000", u.Redacted())
	}
	return u, nil
}

// checkBodyLimit refuses a limit whose lines compare does not read.
func checkBodyLimit(limit int64) error {
	if limit < 0 || limit > traffic.MaxBodyLimit {
		return usageError{fmt.Errorf("--body-limit %d: it is a number of bytes up to %d", limit, traffic.MaxBodyLimit)}
	}
	return nil
}

// serveRecorder serves until a signal comes, and lets the last answers end. A
// second signal ends it at once.
func serveRecorder(s *streams, recorder *traffic.Recorder, listen string) error {
	ctx, cancel := untilSignal()
	defer cancel()
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("the proxy cannot listen: %w", err)
	}
	server := &http.Server{Handler: recorder, ReadHeaderTimeout: time.Minute}
	fmt.Fprintf(s.err, "cantil: http://%s is %s, recorded; ctrl-c ends it\n", ln.Addr(), recorder.Target)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ln) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		cancel()
	}
	last, cancelLast := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancelLast()
	if err := server.Shutdown(last); err != nil {
		server.Close() // streams that do not end
	}
	recorder.Wait(2 * time.Second) // for the last lines
	return sayCount(s, recorder.Count())
}

func sayCount(s *streams, n traffic.Count) error {
	if n.Lost > 0 {
		return fmt.Errorf("requests that could not be written down: %d of %d: %w", n.Lost, n.Written+n.Lost, n.Err)
	}
	fmt.Fprintf(s.err, "cantil: requests were written down: %d\n", n.Written)
	if n.Early > 0 {
		fmt.Fprintf(s.err, "cantil: answers that ended before they were whole, as when a visitor leaves, and were not: %d\n", n.Early)
	}
	return nil
}
