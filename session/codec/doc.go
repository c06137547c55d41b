// Package codec turns the values of a session into the payload of a cookie or
// of a stored row, and back: as msgpack, the default, or as Flask's tagged
// JSON. [Detect] tells the two apart, so that a site can move from one to the
// other and keep its sessions.
//
// # Types
//
// These Go types come out of decoding, and go in:
//
//	Python          msgpack (msgspec)       tagged JSON (Flask)        Go
//	None            nil                     null                       nil
//	bool            bool                    true, false                bool
//	int             int, -2^63 to 2^64-1    up to 4300 digits          int; beyond int64 uint64; beyond that *big.Int
//	float           float 64                number, NaN, Infinity      float64
//	str             str                     string                     string
//	bytes           bin                     {" b": base64}             []byte
//	list            array                   array                      []any
//	tuple           array                   {" t": [...]}              Tuple; []any out of msgpack
//	dict            map                     object                     map[string]any
//	dict, any keys  map                     keys become text           *Dict; map[string]any out of JSON
//	aware datetime  timestamp, microseconds {" d": HTTP date}, seconds time.Time in UTC
//	UUID            str of 36 characters    {" u": 32 hex digits}      UUID; string out of msgpack
//	Markup          extension 77            {" m": text}               Markup
//	(none)          other extension         refused                    Ext
//
// Extension 77, an 'M' and UTF-8, is our own: msgspec, and so Flask-Session,
// refuses Markup. [MsgpackRows] writes a str in its place.
//
// Naive datetimes, dates, times and Decimals are written as text by the Python
// side and come out as strings. A str with lone surrogates, which Go strings do
// not know, is kept in WTF-8 form by tagged JSON and refused by msgpack. An
// object of JSON with a tag as its only key stands inside of a " di" tag, as in
// Flask.
//
// Going in, every kind of integer and float is taken, and *big.Int, typed
// slices and arrays ([]string, [4]int), typed maps (their keys are written
// sorted), Dict, pointers (nil is None), and values with a method HTML() string
// as Markup. Structs, and types with a marshaler of their own, pass through
// [github.com/vmihailenco/msgpack/v5] with the field tags "msgpack" or else
// "json", and are written as mappings with sorted keys; a UUID or Markup inside
// of one becomes a string, and what only has a MarshalText method becomes
// bytes. An error is stored as its text, and so is a struct with a method
// String that has no exported field; without either method such a struct, which
// would lose what is in it, is refused. Channels, functions and complex numbers are an [UnsupportedTypeError].
//
// # Limits
//
// Lists and mappings may be nested 128 levels deep. A count or length in a
// header is believed only as far as there are bytes after it. What a payload
// announces never decides how much memory is taken.
package codec
