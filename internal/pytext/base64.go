package pytext

// AppendBase64 appends the bytes that src stands for by the rules of
// binascii.a2b_base64, which base64.b64decode follows: bytes outside of the
// alphabet are skipped, spare bits and all that follows the padding ignored. ok
// is false if src ends inside of a group.
func AppendBase64(dst, src []byte) (out []byte, ok bool) {
	return appendBase64(dst, src, 0, &standardSextets)
}

// AppendBase64URL is [AppendBase64] as base64.urlsafe_b64decode calls it for
// text whose padding was left off: both alphabets are understood, and src is
// padded to a multiple of four bytes, whatever they are.
func AppendBase64URL(dst, src []byte) (out []byte, ok bool) {
	return appendBase64(dst, src, -len(src)&3, &bothSextets)
}

// appendBase64 decodes src, which as many characters of padding follow.
func appendBase64(dst, src []byte, padding int, sextets *[256]byte) ([]byte, bool) {
	var quad, pads int // place in the group of four characters; padding seen in it
	var left byte      // bits of the character before that belong to the next byte
	for i := range len(src) + padding {
		c := byte('=')
		if i < len(src) {
			c = src[i]
		}
		if c == '=' {
			if quad >= 2 {
				if pads++; quad+pads >= 4 {
					return dst, true
				}
			}
			continue
		}
		v := sextets[c]
		if v == noSextet {
			continue
		}
		switch quad {
		case 1:
			dst = append(dst, left<<2|v>>4)
		case 2:
			dst = append(dst, left<<4|v>>2)
		case 3:
			dst = append(dst, left<<6|v)
		}
		left, quad, pads = v, (quad+1)&3, 0
	}
	return dst, quad == 0
}

// noSextet is what a table of six bits for each character has for a byte that
// is not in its alphabet.
const noSextet = 1 << 6

var standardSextets, bothSextets = sextetTables()

func sextetTables() (standard, both [256]byte) {
	for c := range standard {
		standard[c] = noSextet
	}
	for v, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		standard[c] = byte(v)
	}
	both = standard
	both['-'], both['_'] = both['+'], both['/']
	return standard, both
}
