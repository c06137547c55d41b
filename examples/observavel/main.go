// Observavel is a program whose operators see what it does: a line for each
// request in the log, metrics for Prometheus at /metrics, and traces for
// OpenTelemetry, all by signals, so that no view knows of it.
//
//	go run .                                                        (http://localhost:5000/)
//	OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 go run .      (with traces)
//
// dashboard.json is a dashboard for Grafana on these metrics.
package main

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/storetest"
)

func main() {
	tracer, stop, err := newTracer(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	app := newApp(session.NewServerSide(storetest.NewMemory())) // a real site has Redis or SQL here
	app.Logger = slog.New(slog.NewJSONHandler(os.Stdout, nil))
	observe(app)
	trace(app, tracer)
	err = app.Run("localhost:5000")
	last, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err = errors.Join(err, stop(last)); err != nil { // the last traces are sent
		log.Print(err)
	}
}

// newApp is the site itself.
func newApp(sessions session.Interface) *cantil.App {
	app := cantil.New()
	app.SecretKey = session.GenerateKey()
	app.LoadEnv("FLASK")
	app.SessionInterface = sessions
	app.AccessLog = true
	app.Get("/", cantil.Endpoint("index"))(func(*cantil.Context) any { return "Olá!" })
	app.Get("/visitas", cantil.Endpoint("visits"))(func(c *cantil.Context) any {
		visits, _ := session.Value[int](c.Session(), "visits")
		c.Session().Set("visits", visits+1)
		return cantil.Map{"visits": visits + 1}
	})
	app.Get("/item/<int:id>", cantil.Endpoint("item"))(func(c *cantil.Context) any { return cantil.Map{"item": c.ParamInt("id")} })
	app.Get("/falha", cantil.Endpoint("failure"))(func(*cantil.Context) any { return errors.New("it was to be expected") })
	return app
}
