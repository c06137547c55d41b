package flaskobject

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/cantil-go/cantil/internal/flaskjson"
	"github.com/cantil-go/cantil/render/jinja"
)

// JSON decodes one value of JSON, which is valid: its objects are dicts, whose
// keys keep their order.
func JSON(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	d.UseNumber()
	v, err := readJSON(d)
	if err == nil {
		if _, err := d.Token(); err != io.EOF {
			return nil, fmt.Errorf("JSON: data after the value")
		}
	}
	return v, err
}

func readJSON(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Number:
		return flaskjson.Number(token.String())
	case json.Delim:
		if token == '[' {
			return readArray(d)
		}
		return readObject(d)
	}
	return token, nil
}

func readArray(d *json.Decoder) (any, error) {
	list := &jinja.List{Items: []any{}}
	for d.More() {
		v, err := readJSON(d)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, v)
	}
	_, err := d.Token()
	return list, err
}

func readObject(d *json.Decoder) (any, error) {
	dict := jinja.NewDict()
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := readJSON(d)
		if err != nil {
			return nil, err
		}
		dict.Set(key, v)
	}
	_, err := d.Token()
	return dict, err
}
