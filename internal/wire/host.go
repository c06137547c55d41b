package wire

// validHost is urls.ValidHost for bytes.
func validHost(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7f || c == '/' || c == '@' || c == '?' || c == '#' || c == ',' {
			return false
		}
	}
	n := 0
	for _, c := range b {
		if c == ':' {
			n++
		}
	}
	return len(b) > 0 && (n < 2 || b[0] == '[')
}
