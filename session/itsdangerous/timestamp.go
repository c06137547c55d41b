package itsdangerous

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// maxTimestamp is the last second of the year 9999, where Python's datetime
// ends and ItsDangerous fails.
const maxTimestamp = 253402300799

// appendTimestamp appends the base64 text of the big-endian bytes of seconds,
// leading zero bytes left out. The zero time has no text.
func appendTimestamp(dst []byte, seconds int64) []byte {
	var buf [8]byte
	binary.BigEndian.PutUint64(buf[:], uint64(max(seconds, 0)))
	return b64.AppendEncode(dst, bytes.TrimLeft(buf[:], "\x00"))
}

var (
	errNoTimestamp = errors.New("itsdangerous: unreadable timestamp")
	errNoDate      = errors.New("itsdangerous: timestamp beyond the year 9999")
)

// parseTimestamp reads the seconds of up to eight bytes, or returns noTime.
func parseTimestamp(text []byte) (int64, error) {
	var room [16]byte
	raw, err := appendDecode(room[:0], text)
	if err != nil || len(raw) > 8 {
		return noTime, errNoTimestamp
	}
	var seconds uint64
	for _, b := range raw {
		seconds = seconds<<8 | uint64(b)
	}
	if seconds > maxTimestamp {
		return noTime, errNoDate
	}
	return int64(seconds), nil
}
