package codec_test

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cantil-go/cantil/session/codec"
)

type (
	price   struct{ cents int } // a Stringer without fields
	lazy    struct{ text string }
	failure struct{ Code int }
	hidden  struct{ n int }
	color   string
	wrapper struct{ error }
	known   struct{ Cents int } // a Stringer with fields
	grade   int
	refusal string
	base    struct{ N int }
	form    struct {
		base
		Err   error `json:"err"`
		Price price
		Lazy  *lazy         `json:"lazy,omitempty"`
		Left  time.Duration `msgpack:"left"`
		Skip  error         `json:"-"`
		inner error
	}
	locked struct {
		sync.Mutex
		Name string
	}
)

func (p price) String() string   { return fmt.Sprintf("%d.%02d", p.cents/100, p.cents%100) }
func (l *lazy) String() string   { return l.text }
func (f *failure) Error() string { return fmt.Sprint("failure ", f.Code) }
func (c color) String() string   { return "color " + string(c) }
func (k known) String() string   { return "known" }
func (l grade) String() string   { return "level" }
func (r refusal) Error() string  { return "refused: " + string(r) }

// TestTexts: errors, and values that have nothing to store but a text, are stored
// as it, wherever they are.
func TestTexts(t *testing.T) {
	err := errors.New("saldo insuficiente")
	for _, c := range []struct{ in, want any }{
		{err, "saldo insuficiente"},
		{fmt.Errorf("saque: %w", err), "saque: saldo insuficiente"},
		{errors.Join(err, err), "saldo insuficiente\nsaldo insuficiente"},
		{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, "open x: file does not exist"},
		{syscall.ENOENT, "no such file or directory"},
		{refusal("no"), "refused: no"},
		{wrapper{err}, "saldo insuficiente"}, {&wrapper{err}, "saldo insuficiente"},
		{failure{7}, "failure 7"}, {&failure{7}, "failure 7"},
		{price{1999}, "19.99"}, {&price{1999}, "19.99"},
		{lazy{"olá"}, "olá"}, {&lazy{"olá"}, "olá"},
		{(*failure)(nil), nil}, {(*lazy)(nil), nil}, {error(nil), nil},
		{new(strings.Builder), ""},
		// These have something of their own to store.
		{90 * time.Millisecond, 90_000_000}, {time.March, 3}, {grade(2), 2}, {color("red"), "red"},
		{known{5}, map[string]any{"Cents": 5}},
		{struct{}{}, map[string]any{}},
		{&locked{Name: "a"}, map[string]any{"Name": "a"}},
		// Inside of others.
		{[]any{err, price{5}}, []any{"saldo insuficiente", "0.05"}},
		{[]error{err, nil}, []any{"saldo insuficiente", nil}},
		{map[string]error{"a": err}, map[string]any{"a": "saldo insuficiente"}},
		{map[string]price{"a": {5}}, map[string]any{"a": "0.05"}},
		{form{base{1}, err, price{5}, nil, time.Second, err, err},
			map[string]any{"N": 1, "err": "saldo insuficiente", "Price": "0.05", "left": 1_000_000_000}},
		{&form{Lazy: &lazy{"x"}}, map[string]any{"N": 0, "err": nil, "Price": "0.00", "lazy": "x", "left": 0}},
		{struct{ In []form }{[]form{{}}}, map[string]any{"In": []any{map[string]any{"N": 0, "err": nil, "Price": "0.00", "left": 0}}}},
	} {
		for _, s := range []codec.Serializer{codec.Msgpack, codec.MsgpackRows, codec.TaggedJSON} {
			raw, err := s.AppendValue(nil, c.in)
			if err != nil {
				t.Errorf("%T %+v: %v", c.in, c.in, err)
				continue
			}
			if got, err := s.DecodeValue(string(raw)); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%T comes back as %#v, %v; want %#v", c.in, got, err, c.want)
			}
		}
	}
	var unsupported *codec.UnsupportedTypeError
	for _, v := range []any{hidden{1}, &hidden{1}, []any{hidden{1}}} {
		if _, err := codec.Msgpack.AppendValue(nil, v); !errors.As(err, &unsupported) {
			t.Errorf("%T would lose what is in it: %v", v, err)
		}
	}
}
