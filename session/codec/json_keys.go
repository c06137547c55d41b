package codec

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// isTag reports whether a mapping with this one key would be taken for a value
// with a tag.
func isTag(key string) bool {
	switch key {
	case " di", " t", " b", " m", " u", " d":
		return true
	}
	return false
}

// appendKey writes a key with its colon. A wrapped key is in a " di" tag and
// has two underscores after it.
func (j *taggedJSON) appendKey(dst []byte, key string, wrapped bool) ([]byte, error) {
	dst, err := j.appendString(dst, key)
	if err != nil {
		return dst, err
	}
	if wrapped {
		dst = append(dst[:len(dst)-1], `__"`...)
	}
	return append(dst, ':'), nil
}

// appendMap writes the keys sorted, since a Go map has no order of its own.
func (j *taggedJSON) appendMap(dst []byte, m map[string]any, depth int) (_ []byte, err error) {
	var buf [16]string
	keys := sortedKeys(buf[:0], m)
	wrapped := len(keys) == 1 && isTag(keys[0])
	if dst = append(dst, '{'); wrapped {
		dst = append(dst, `" di":{`...)
		depth--
	}
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = j.appendKey(dst, k, wrapped); err != nil {
			return dst, err
		}
		if dst, err = j.append(dst, m[k], depth-1); err != nil {
			return dst, err
		}
	}
	if wrapped {
		dst = append(dst, '}')
	}
	return append(dst, '}'), nil
}

func (j *taggedJSON) appendDict(dst []byte, items []Item, depth int) (_ []byte, err error) {
	if !j.keepOrder {
		if items, err = sortItems(items); err != nil {
			return dst, err
		}
	}
	wrapped := false
	if len(items) == 1 {
		key, ok := items[0].Key.(string)
		wrapped = ok && isTag(key)
	}
	if dst = append(dst, '{'); wrapped {
		dst = append(dst, `" di":{`...)
		depth--
	}
	for i, item := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		key, ok := keyText(item.Key)
		if !ok {
			return dst, fmt.Errorf("%w: JSON keys are strings, numbers, bools or nil, not %T", ErrUnsupportedKey, item.Key)
		}
		if dst, err = j.appendKey(dst, key, wrapped); err != nil {
			return dst, err
		}
		if dst, err = j.append(dst, item.Value, depth-1); err != nil {
			return dst, err
		}
	}
	if wrapped {
		dst = append(dst, '}')
	}
	return append(dst, '}'), nil
}

// sortItems returns the items as Python's sorted() orders them: strings by code
// point, numbers by value. Keys that Python cannot compare, such as 1 and "1",
// are an error, as with sort_keys in Flask.
func sortItems(items []Item) ([]Item, error) {
	items = slices.Clone(items)
	var err error
	slices.SortStableFunc(items, func(a, b Item) int {
		c, ok := compareKeys(a.Key, b.Key)
		if !ok {
			err = fmt.Errorf("%w: %T and %T cannot be sorted together", ErrUnsupportedKey, a.Key, b.Key)
		}
		return c
	})
	return items, err
}

// compareText orders by bytes, which for UTF-8 is by code point.
func compareText(a, b string) int { return strings.Compare(a, b) }

func compareKeys(a, b any) (order int, ok bool) {
	if s, ok := a.(string); ok {
		t, ok := b.(string)
		return compareText(s, t), ok
	}
	x, okX := keyInt(a)
	y, okY := keyInt(b)
	if okX && okY {
		return x.Cmp(y), true
	}
	f, okX := keyFloat(a)
	g, okY := keyFloat(b)
	return cmp.Compare(f, g), okX && okY
}

// keyInt gives the whole number that a key is; bools are 0 and 1 in Python.
func keyInt(key any) (*big.Int, bool) {
	switch k := key.(type) {
	case bool:
		if k {
			return big.NewInt(1), true
		}
		return new(big.Int), true
	case int:
		return big.NewInt(int64(k)), true
	case int64:
		return big.NewInt(k), true
	case uint64:
		return new(big.Int).SetUint64(k), true
	case *big.Int:
		return k, true
	}
	return nil, false
}

func keyFloat(key any) (float64, bool) {
	if f, ok := key.(float64); ok {
		return f, true
	}
	if n, ok := keyInt(key); ok {
		f, _ := new(big.Float).SetInt(n).Float64()
		return f, true
	}
	return 0, false
}
