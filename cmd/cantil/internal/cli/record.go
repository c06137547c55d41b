package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/cantil-go/cantil/cmd/cantil/internal/traffic"
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

Passwords, the signatures of cookies and tokens, ids of stored sessions and what
headers such as Authorization hold are masked, unless --secrets is given: a
session can be read in a recording, and nobody can sign in with it. A recording
still has what the pages show. Keep it as you keep those.

Browsers get a cookie, ` + traffic.ClientCookie + `, by which one is told from another; the site
does not see it. Compression and answers by 304 are not asked for, so that each
answer is written down whole.`,
		Example: `  cantil record --to http://localhost:5000 --listen localhost:9000 > traffic.jsonl
  cantil record --to http://flask:5000 --listen :9000 --secrets > /run/private/traffic.jsonl`,
		Args: usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			target, err := siteURL(to)
			if err != nil {
				return usageError{fmt.Errorf("--to: %w", err)}
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

// siteURL reads the address of a site.
func siteURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("%q is no address of a site, such as http://localhost:5000", text)
	}
	return u, nil
}

// serveRecorder serves until a signal comes, and lets the last answers end.
func serveRecorder(s *streams, recorder *traffic.Recorder, listen string) error {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
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
	}
	last, cancelLast := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancelLast()
	if err := server.Shutdown(last); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	fmt.Fprintf(s.err, "cantil: %d requests were written down\n", recorder.Count())
	return nil
}
