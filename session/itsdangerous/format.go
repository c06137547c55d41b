package itsdangerous

import (
	"errors"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/flaskjson"
)

// A format is how a serializer writes values: dump_payload and load_payload.
type format interface {
	appendDump(dst []byte, v any) ([]byte, error)
	load(payload []byte, v any) error
}

var (
	pythonJSON  = flaskjson.Options{Plain: true, ASCII: true, Spaced: true} // json.dumps
	compactJSON = flaskjson.Options{Plain: true}                            // itsdangerous._json
)

// plainJSON is JSON as json.dumps writes it.
type plainJSON struct{}

func (plainJSON) appendDump(dst []byte, v any) ([]byte, error) {
	return flaskjson.Append(dst, v, pythonJSON)
}

func (plainJSON) load(payload []byte, v any) error { return loadJSON(payload, v) }

// urlSafe is compact JSON in base64, compressed where that is shorter.
type urlSafe struct{}

func (urlSafe) appendDump(dst []byte, v any) ([]byte, error) {
	payload, err := flaskjson.Append(nil, v, compactJSON)
	if err != nil {
		return dst, err
	}
	return appendShorter(dst, payload, shorter), nil
}

func (urlSafe) load(payload []byte, v any) error {
	text, err := appendPayload(nil, payload)
	if err != nil {
		return err
	}
	return loadJSON(text, v)
}

var errUTF8 = errors.New("the JSON is not UTF-8")

func loadJSON(text []byte, v any) error {
	if !utf8.Valid(text) {
		return errUTF8
	}
	return flaskjson.Parse(text, v)
}

func loadPayload(f format, payload []byte, v any) error {
	if err := f.load(payload, v); err != nil {
		return &BadPayload{OriginalError: err}
	}
	return nil
}
