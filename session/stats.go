package session

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/cantil-go/cantil/session/itsdangerous"
)

// Stats is what the sessions of an application have met since it started, for
// its metrics: many refused cookies are an attack, or a wrong key after a
// deployment; conflicts are requests that write one session at once. The numbers
// grow; what happened within a minute is the difference of two of them.
type Stats struct {
	Refused Refused
	// UnknownIDs counts ids that the store did not know: sessions that ended, and
	// guesses.
	UnknownIDs int64
	// Conflicts counts saves that met another row than the one that was loaded,
	// and were made again on top of it.
	Conflicts int64
	// Dropped counts requests whose changes were not saved because the session had
	// ended meanwhile.
	Dropped int64
	// The calls of the store, by what they were for; List is about the lists of
	// owners.
	Load, Save, Delete, List StoreCalls
}

// Refused counts the cookies that were not taken, by the reason. Their visitors
// got a new session.
type Refused struct {
	// BadSignature counts those that no known key has signed, or encrypted.
	BadSignature int64
	// Expired counts those over PERMANENT_SESSION_LIFETIME or the absolute one.
	Expired int64
	// Future counts those signed later than now, by another clock.
	Future int64
	// Malformed counts those that cannot be of this program's making.
	Malformed int64
	// Undecodable counts those, and rows of the store, that are genuine and hold no
	// session.
	Undecodable int64
}

// StoreCalls counts calls of a store, those that failed among them, and the time
// that all of them took.
type StoreCalls struct {
	Calls, Failed int64
	Time          time.Duration
}

// add returns the sum of two.
func (s Stats) add(o Stats) Stats {
	s.Refused.BadSignature += o.Refused.BadSignature
	s.Refused.Expired += o.Refused.Expired
	s.Refused.Future += o.Refused.Future
	s.Refused.Malformed += o.Refused.Malformed
	s.Refused.Undecodable += o.Refused.Undecodable
	s.UnknownIDs += o.UnknownIDs
	s.Conflicts += o.Conflicts
	s.Dropped += o.Dropped
	for _, c := range []struct {
		to *StoreCalls
		of StoreCalls
	}{{&s.Load, o.Load}, {&s.Save, o.Save}, {&s.Delete, o.Delete}, {&s.List, o.List}} {
		c.to.Calls += c.of.Calls
		c.to.Failed += c.of.Failed
		c.to.Time += c.of.Time
	}
	return s
}

// Counted is an optional power of an [Interface]: one that counts.
type Counted interface {
	// Stats returns what was met until now.
	Stats() Stats
}

// Stats returns what the cookies of this configuration have met, and what iface
// has, if it is [Counted]. Any goroutine may ask.
func (c *Config) Stats(iface Interface) Stats {
	s := c.counters.stats()
	if counted, ok := iface.(Counted); ok {
		s = s.add(counted.Stats())
	}
	return s
}

// Stats implements [Counted].
func (ss *ServerSide) Stats() Stats { return ss.counters.stats() }

// Stats implements [Counted].
func (o *Overflow) Stats() Stats {
	s := o.side.Stats()
	if counted, ok := o.Cookie.(Counted); ok {
		s = s.add(counted.Stats())
	}
	return s
}

// counters are Stats in the making. The zero value is ready.
type counters struct {
	badSignature, expired, future, malformed, undecodable atomic.Int64
	unknownIDs, conflicts, dropped                        atomic.Int64
	calls                                                 [callKinds]callCounters
}

// callKind is what a call of the store is for.
type callKind int

const (
	loadCall callKind = iota
	saveCall
	deleteCall
	listCall
	callKinds
)

type callCounters struct{ calls, failed, nanoseconds atomic.Int64 }

func (c *callCounters) sum() StoreCalls {
	return StoreCalls{c.calls.Load(), c.failed.Load(), time.Duration(c.nanoseconds.Load())}
}

func (c *counters) stats() Stats {
	return Stats{
		Refused: Refused{c.badSignature.Load(), c.expired.Load(), c.future.Load(), c.malformed.Load(), c.undecodable.Load()},

		UnknownIDs: c.unknownIDs.Load(), Conflicts: c.conflicts.Load(), Dropped: c.dropped.Load(),
		Load: c.calls[loadCall].sum(), Save: c.calls[saveCall].sum(),
		Delete: c.calls[deleteCall].sum(), List: c.calls[listCall].sum(),
	}
}

// refuse counts a cookie by the error that says why it was refused.
func (c *counters) refuse(err error) {
	switch { // in this order: ErrFuture is an ErrExpired, that an ErrBadSignature
	case errors.Is(err, itsdangerous.ErrFuture), errors.Is(err, errSealedFuture):
		c.future.Add(1)
	case errors.Is(err, itsdangerous.ErrExpired), errors.Is(err, errSealedExpired), errors.Is(err, errAbsolute):
		c.expired.Add(1)
	case errors.Is(err, itsdangerous.ErrMalformed):
		c.malformed.Add(1)
	case errors.Is(err, itsdangerous.ErrBadPayload):
		c.undecodable.Add(1)
	case errors.Is(err, itsdangerous.ErrBadSignature), errors.Is(err, errSealedTag):
		c.badSignature.Add(1)
	default:
		c.malformed.Add(1)
	}
}
