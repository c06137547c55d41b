// Package wait bounds calls of clients that cannot be told to give up.
package wait

import (
	"context"
	"fmt"
)

// For calls f in a goroutine and returns what f returns, or ctx's error if ctx
// ends first. The call then goes on until the client's own timeouts end it: f
// must use nothing that is used again. A panic in f is an error, since in a
// goroutine it would end the process.
//
// The goroutine starts with a small stack that grows on the way down into the
// client, which costs some microseconds; call clients that heed ctx directly.
func For[T any](ctx context.Context, f func() (T, error)) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1) // has room for a result that comes too late
	go func() {
		var r result
		defer func() {
			if v := recover(); v != nil {
				r.err = fmt.Errorf("panic in the client: %v", v)
			}
			done <- r
		}()
		r.value, r.err = f()
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}
