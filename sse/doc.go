// Package sse writes server-sent events, which a browser reads by EventSource: a
// page that is told of what happens, over plain HTTP.
//
//	package main
//
//	import (
//		"fmt"
//		"log"
//		"time"
//
//		"github.com/cantil-go/cantil"
//		"github.com/cantil-go/cantil/sse"
//	)
//
//	func main() {
//		app := cantil.New()
//		app.Get("/relogio")(relogio)
//		if err := app.Run("localhost:5000"); err != nil {
//			log.Fatal(err)
//		}
//	}
//
//	func relogio(c *cantil.Context) any {
//		return sse.Stream(c, func(w *sse.Writer) error {
//			for n := 1; ; n++ {
//				select {
//				case <-w.Done():
//					return nil
//				case now := <-time.After(time.Second):
//					if err := w.Send(sse.Event{ID: fmt.Sprint(n), Data: now.Format(time.TimeOnly)}); err != nil {
//						return err
//					}
//				}
//			}
//		})
//	}
//
// and in the page
//
//	new EventSource("/relogio").onmessage = e => console.log(e.lastEventId, e.data)
//
// The function runs in a goroutine of its own while the answer is sent, and ends
// when it returns; the browser then asks again, with the id of the last event that
// it got, [Writer.LastEventID]. What the function returns other than nil or
// [ErrClosed], and a panic, is logged and breaks the answer off. It must not wait
// for anything without also waiting for [Writer.Done], which is closed when the
// client has gone, and when the server shuts down.
//
// A line without meaning goes out when nothing else did for 15 seconds,
// [Heartbeat]: proxies keep the connection, and one whose client is gone is
// noticed.
//
// # The session
//
// The session is saved, and its cookie sent, before the first byte: after the view
// and the after_request functions, and before the function runs. What the view
// does to the session counts. The function may keep values that the view read
// from it; what it changes in it is lost, so it is not handed the Context. A
// stream does not keep a session alive either: its next request does.
//
// EventSource sends cookies to its own site. The request is a GET, so for another
// site's page it reads nothing without package cors; still it should change
// nothing.
package sse
