package flaskjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cantil-go/cantil/internal/pytext"
)

// Decode reads the body of a request into v: one whole JSON value in UTF-8,
// perhaps after a byte order mark. Numbers that land in an any are int
// (*big.Int beyond int64) if they are whole and float64 otherwise, as in
// Python.
func Decode(body []byte, v any) error {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		return errUTF8
	}
	return Parse(body, v)
}

var errUTF8 = errors.New("cantil: JSON: not UTF-8")

// Parse decodes one JSON value and nothing after it, with numbers as [Decode]
// gives them.
func Parse(text []byte, v any) error {
	if err := decodeNumbers(text, v); err != nil {
		return err
	}
	return replaceNumbers(reflect.ValueOf(v), 0)
}

// decodeNumbers is Parse with a json.Number for each number in an any.
func decodeNumbers(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("cantil: JSON: data after the value")
	}
	return nil
}

var errNumber = errors.New("cantil: JSON: a number has too many digits")

// maxNumberDepth is twice what encoding/json nests at most: a list in an any
// counts as two.
const maxNumberDepth = 2*10_000 + 2

// replaceNumbers replaces the json.Number in every interface below v.
func replaceNumbers(v reflect.Value, depth int) error {
	if depth > maxNumberDepth || !mayHoldNumber(v.Kind()) {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return replaceNumbers(v.Elem(), depth+1)
		}
	case reflect.Interface:
		return replaceInterface(v, depth)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				if err := replaceNumbers(f, depth+1); err != nil {
					return err
				}
			}
		}
	case reflect.Slice, reflect.Array:
		if !mayHoldNumber(v.Type().Elem().Kind()) {
			return nil
		}
		for i := range v.Len() {
			if err := replaceNumbers(v.Index(i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Map:
		return replaceInMap(v, depth)
	}
	return nil
}

func mayHoldNumber(k reflect.Kind) bool {
	switch k {
	case reflect.Pointer, reflect.Interface, reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		return true
	}
	return false
}

// replaceInterface replaces a number, and goes on into a map or a list.
func replaceInterface(v reflect.Value, depth int) error {
	if v.IsNil() {
		return nil
	}
	n, isNumber := v.Interface().(json.Number)
	if !isNumber {
		return replaceNumbers(v.Elem(), depth+1)
	}
	number, err := Number(string(n))
	if err == nil && v.CanSet() {
		v.Set(reflect.ValueOf(number))
	}
	return err
}

func replaceInMap(v reflect.Value, depth int) error {
	if m, ok := v.Interface().(map[string]any); ok { // what decoding into any gives
		for k, x := range m {
			if n, isNumber := x.(json.Number); isNumber {
				number, err := Number(string(n))
				if err != nil {
					return err
				}
				m[k] = number
			} else if err := replaceNumbers(reflect.ValueOf(x), depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if !mayHoldNumber(v.Type().Elem().Kind()) {
		return nil
	}
	for it := v.MapRange(); it.Next(); {
		value := reflect.New(v.Type().Elem()).Elem() // what a map holds cannot be set in place
		value.Set(it.Value())
		if err := replaceNumbers(value, depth+1); err != nil {
			return err
		}
		v.SetMapIndex(it.Key(), value)
	}
	return nil
}

// Number gives a JSON number the type that Python gives it.
func Number(s string) (any, error) {
	if strings.ContainsAny(s, ".eE") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return nil, err
		}
		return f, nil // out of range is infinite, as in Python
	}
	if n, err := strconv.Atoi(s); err == nil {
		return n, nil
	}
	if len(strings.TrimPrefix(s, "-")) > pytext.MaxDigits {
		return nil, errNumber
	}
	n, _ := new(big.Int).SetString(s, 10)
	return n, nil
}
