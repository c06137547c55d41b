package floor

import "encoding/binary"

// The payload is one msgpack mapping with one key, or empty. What is read here
// was signed by this program, so lengths are trusted.

// field returns the value behind the key, nil if the payload has another.
func field(payload []byte, key string) []byte {
	const head = 2 // fixmap of one, fixstr
	if len(payload) < head+len(key) || payload[0] != 0x81 || payload[1] != 0xa0|byte(len(key)) {
		return nil
	}
	if string(payload[head:head+len(key)]) != key {
		return nil
	}
	return payload[head+len(key):]
}

func appendKey(dst []byte, key string) []byte {
	return append(append(dst, 0x81, 0xa0|byte(len(key))), key...)
}

// number reads a whole number that is not negative.
func number(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch b[0] {
	case 0xcc:
		return int(b[1])
	case 0xcd:
		return int(binary.BigEndian.Uint16(b[1:]))
	case 0xce:
		return int(binary.BigEndian.Uint32(b[1:]))
	}
	return int(b[0])
}

func appendNumber(dst []byte, n int) []byte {
	switch {
	case n < 1<<7:
		return append(dst, byte(n))
	case n < 1<<8:
		return append(dst, 0xcc, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, 0xcd), uint16(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, 0xce), uint32(n))
}

// text reads a string.
func text(b []byte) []byte {
	if len(b) == 0 {
		return nil
	}
	s, _ := next(b)
	return s
}

// next reads a string and returns what follows it.
func next(b []byte) (s, rest []byte) {
	n := int(b[0] & 0x1f)
	if b[0] == 0xd9 {
		n, b = int(b[1]), b[1:]
	}
	return b[1 : 1+n], b[1+n:]
}

func appendText(dst []byte, s string) []byte {
	if len(s) < 32 {
		return append(append(dst, 0xa0|byte(len(s))), s...)
	}
	return append(append(dst, 0xd9, byte(len(s))), s...)
}

// list reads the head of a list and returns its items and how many they are.
func list(b []byte) (items []byte, n int) {
	switch {
	case len(b) == 0:
		return nil, 0
	case b[0] == 0xdc:
		return b[3:], int(binary.BigEndian.Uint16(b[1:]))
	}
	return b[1:], int(b[0] & 0x0f)
}

func appendList(dst []byte, items []string) []byte {
	if len(items) < 16 {
		dst = append(dst, 0x90|byte(len(items)))
	} else {
		dst = binary.BigEndian.AppendUint16(append(dst, 0xdc), uint16(len(items)))
	}
	for _, s := range items {
		dst = appendText(dst, s)
	}
	return dst
}
