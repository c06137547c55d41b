package itsdangerous

import "time"

// URLSafeTimed makes cookies of payloads and payloads of cookies, as the URLSafeTimedSerializer of ItsDangerous: with
// salt "cookie-session" those of Flask's sessions. What the payload means is the business of package codec.
type URLSafeTimed struct {
	// ClockSkew is as in [TimestampSigner].
	ClockSkew time.Duration

	signer *TimestampSigner
}

// NewURLSafeTimed returns a URLSafeTimed; see [NewSigner] for secrets and salt.
func NewURLSafeTimed(secrets []string, salt string) *URLSafeTimed {
	return &URLSafeTimed{signer: NewTimestampSigner(secrets, salt)}
}

// AppendDumps appends the cookie of payload, signed at now, to dst: base64 of the payload, or a dot and base64 of the
// zlib stream where that is a quarter shorter, or shorter at all for a payload above 2 KiB; then timestamp and signature.
// Payloads under 128 bytes are never compressed.
func (s *URLSafeTimed) AppendDumps(dst, payload []byte, now time.Time) []byte {
	start := len(dst)
	if len(payload) < minCompress {
		dst = b64.AppendEncode(dst, payload)
	} else {
		dst = appendShorter(dst, payload)
	}
	return s.signer.appendSeal(dst, start, now)
}

// appendShorter appends payload, compressed if that pays.
func appendShorter(dst, payload []byte) []byte {
	d := deflaters.Get().(*deflater)
	if z := d.compress(payload); pays(len(payload), len(z)) {
		dst = b64.AppendEncode(append(dst, '.'), z)
	} else {
		dst = b64.AppendEncode(dst, payload)
	}
	deflaters.Put(d)
	return dst
}

// AppendLoads appends the payload of cookie to dst and tells when it was signed. The checks follow the order signature,
// timestamp, age, base64, zlib, and the first that fails names the error: ErrMalformed, ErrBadSignature, ErrExpired,
// ErrFuture or ErrBadPayload. After an error dst has its old length. maxAge is as in [TimestampSigner.Unsign].
func (s *URLSafeTimed) AppendLoads(dst, cookie []byte, maxAge time.Duration, now time.Time) ([]byte, time.Time, error) {
	text, signedAt, err := s.signer.unsign(cookie, maxAge, s.ClockSkew, now)
	if err != nil {
		return dst, time.Time{}, err
	}
	start := len(dst)
	if len(text) > 0 && text[0] == '.' {
		dst, err = appendInflated(dst, text[1:])
	} else {
		dst, err = appendDecode(dst, text)
	}
	if err != nil {
		return dst[:start], time.Time{}, err
	}
	return dst, signedAt, nil
}
