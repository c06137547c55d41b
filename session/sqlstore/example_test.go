package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/sqlstore"
)

func ExampleNew() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "sessions.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	store := sqlstore.New(db, sqlstore.SQLite)
	if err := store.CreateTable(ctx); err != nil {
		log.Fatal(err)
	}
	store.CleanupEvery(ctx, time.Hour)

	app := cantil.New()
	app.SessionInterface = session.NewServerSide(store)
	app.Get("/", cantil.Endpoint("index"))(func(c *cantil.Context) any {
		visits, _ := session.Value[int](c.Session(), "visits")
		c.Session().Set("visits", visits+1)
		return fmt.Sprint(visits+1, " visits")
	})

	client := app.TestClient()
	for range 3 {
		fmt.Println(client.Get("/").Text())
	}
	var rows int
	if err := db.QueryRow("SELECT count(*) FROM sessions").Scan(&rows); err != nil {
		log.Fatal(err)
	}
	fmt.Println(rows, "row in the table")
	// Output:
	// 1 visits
	// 2 visits
	// 3 visits
	// 1 row in the table
}
