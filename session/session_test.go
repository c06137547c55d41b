package session_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/cantil-go/cantil/session"
	"github.com/cantil-go/cantil/session/codec"
)

// stored is a session as the next request finds it.
func stored(t *testing.T, values ...any) *session.Session {
	t.Helper()
	s := session.New()
	for i := 0; i < len(values); i += 2 {
		s.Set(values[i].(string), values[i+1])
	}
	payload, err := s.AppendTo(nil, codec.Msgpack)
	if err != nil {
		t.Fatal(err)
	}
	s, err = session.Decode(string(payload), codec.Msgpack)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every operation, with what it does to session.modified in Flask.
func TestOperations(t *testing.T) {
	for _, test := range []struct {
		name     string
		do       func(s *session.Session) any
		want     any
		modified bool
		keys     []string
	}{
		{"get", func(s *session.Session) any { return s.Get("a") }, 1, false, []string{"a", "b"}},
		{"get missing", func(s *session.Session) any { return s.Get("x") }, nil, false, []string{"a", "b"}},
		{"get default", func(s *session.Session) any { return s.Get("x", "d") }, "d", false, []string{"a", "b"}},
		{"get beats default", func(s *session.Session) any { return s.Get("a", "d") }, 1, false, []string{"a", "b"}},
		{"must", func(s *session.Session) any { return s.Must("b") }, "dois", false, []string{"a", "b"}},
		{"has", func(s *session.Session) any { return s.Has("a") }, true, false, []string{"a", "b"}},
		{"has not", func(s *session.Session) any { return s.Has("x") }, false, false, []string{"a", "b"}},
		{"len", func(s *session.Session) any { return s.Len() }, 2, false, []string{"a", "b"}},
		{"all", func(s *session.Session) any { return maps.Collect(s.All()) }, map[string]any{"a": 1, "b": "dois"}, false, []string{"a", "b"}},
		{"set", func(s *session.Session) any { s.Set("c", 3); return s.Get("c") }, 3, true, []string{"a", "b", "c"}},
		{"set same", func(s *session.Session) any { s.Set("a", 1); return s.Get("a") }, 1, true, []string{"a", "b"}},
		{"pop", func(s *session.Session) any { return s.Pop("a") }, 1, true, []string{"b"}},
		{"pop default", func(s *session.Session) any { return s.Pop("x", nil) }, nil, false, []string{"a", "b"}},
		{"delete", func(s *session.Session) any { s.Delete("a"); return s.Has("a") }, false, true, []string{"b"}},
		{"clear", func(s *session.Session) any { s.Clear(); return s.Len() }, 0, true, []string{}},
		{"popitem", func(s *session.Session) any { k, v := s.PopItem(); return fmt.Sprint(k, "=", v) }, "b=dois", true, []string{"a"}},
		{"setdefault there", func(s *session.Session) any { return s.SetDefault("a", 9) }, 1, false, []string{"a", "b"}},
		{"setdefault new", func(s *session.Session) any { return s.SetDefault("x", 9) }, 9, true, []string{"a", "b", "x"}},
		{"update", func(s *session.Session) any { s.Update(map[string]any{"z": 1, "c": 2}); return nil }, nil, true, []string{"a", "b", "c", "z"}},
		{"update nothing", func(s *session.Session) any { s.Update(nil); return nil }, nil, true, []string{"a", "b"}},
		{"permanent", func(s *session.Session) any { return s.Permanent() }, false, false, []string{"a", "b"}},
		{"set permanent", func(s *session.Session) any { s.SetPermanent(true); return s.Permanent() }, true, true, []string{"a", "b", "_permanent"}},
		{"mark modified", func(s *session.Session) any { s.SetModified(true); return nil }, nil, true, []string{"a", "b"}},
		{"unmark", func(s *session.Session) any { s.Set("a", 2); s.SetModified(false); return s.Get("a") }, 2, false, []string{"a", "b"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := stored(t, "a", 1, "b", "dois")
			if got := test.do(s); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
			if s.Modified() != test.modified {
				t.Errorf("Modified() is %v", s.Modified())
			}
			if got := s.Keys(); !slices.Equal(got, test.keys) {
				t.Errorf("the keys are %q, want %q", got, test.keys)
			}
			if s.New() {
				t.Error("a session that came with the request is New")
			}
		})
	}
}

func TestKeyErrors(t *testing.T) {
	for name, do := range map[string]func(s *session.Session){
		"must":    func(s *session.Session) { s.Must("x") },
		"pop":     func(s *session.Session) { s.Pop("x") },
		"delete":  func(s *session.Session) { s.Delete("x") },
		"popitem": func(s *session.Session) { s.PopItem() },
	} {
		t.Run(name, func(t *testing.T) {
			s := session.New()
			var key *session.KeyError
			if err := caught(func() { do(s) }); !errors.As(err, &key) {
				t.Errorf("panicked with %v, want a KeyError", err)
			}
			if s.Modified() {
				t.Error("a KeyError modified the session")
			}
		})
	}
}

// caught is the error that f panics with.
func caught(f func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	f()
	return nil
}

func TestNullSession(t *testing.T) {
	s := session.NewNull()
	if s.Get("a") != nil || s.Has("a") || s.Len() != 0 || s.Permanent() {
		t.Error("a null session is not empty")
	}
	for name, write := range map[string]func(){
		"set":        func() { s.Set("a", 1) },
		"pop":        func() { s.Pop("a", nil) },
		"delete":     func() { s.Delete("a") },
		"clear":      func() { s.Clear() },
		"popitem":    func() { s.PopItem() },
		"update":     func() { s.Update(nil) },
		"setdefault": func() { s.SetDefault("a", 1) },
		"permanent":  func() { s.SetPermanent(true) },
	} {
		if err := caught(write); !errors.Is(err, session.ErrNoSecretKey) {
			t.Errorf("%s: panicked with %v, want ErrNoSecretKey", name, err)
		}
	}
}

// A value that was never read goes out as it came, and one that was handed out
// as its holder left it.
func TestChangesInPlace(t *testing.T) {
	s := stored(t, "nomes", []string{"Ana"}, "carrinho", map[string]int{"pão": 1}, "n", 1)
	s.Get("carrinho").(map[string]any)["pão"] = 2
	if s.Modified() {
		t.Error("a change in place was noticed; in Flask it is not")
	}
	s.SetModified(true)
	again := reload(t, s)
	if got := again.Get("carrinho"); !reflect.DeepEqual(got, map[string]any{"pão": 2}) {
		t.Errorf("the cart came back as %v", got)
	}
	if got := again.Get("nomes"); !reflect.DeepEqual(got, []any{"Ana"}) {
		t.Errorf("the names came back as %v", got)
	}
}

func reload(t *testing.T, s *session.Session) *session.Session {
	t.Helper()
	payload, err := s.AppendTo(nil, codec.Msgpack)
	if err != nil {
		t.Fatal(err)
	}
	again, err := session.Decode(string(payload), codec.Msgpack)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func TestValue(t *testing.T) {
	type item struct {
		Nome string
		Qtd  int
	}
	s := stored(t, "nomes", []string{"Ana", "Zé"}, "n", 7, "item", item{"pão", 2})
	if got, ok := session.Value[[]string](s, "nomes"); !ok || !slices.Equal(got, []string{"Ana", "Zé"}) {
		t.Errorf("nomes: %v %v", got, ok)
	}
	if got, ok := session.Value[int64](s, "n"); !ok || got != 7 {
		t.Errorf("n: %v %v", got, ok)
	}
	if got, ok := session.Value[item](s, "item"); !ok || got != (item{"pão", 2}) {
		t.Errorf("item: %v %v", got, ok)
	}
	if got, ok := session.Value[string](s, "n"); ok || got != "" {
		t.Errorf("n as a string: %q %v", got, ok)
	}
	if _, ok := session.Value[int](s, "nada"); ok {
		t.Error("a missing key has a value")
	}
}

// A pointer is the session's own value: session['data'].append(8).
func TestValueByPointer(t *testing.T) {
	s := stored(t, "data", []int{})
	data, ok := session.Value[*[]int](s, "data")
	if !ok {
		t.Fatal("no pointer")
	}
	*data = append(*data, 8)
	if s.Modified() {
		t.Error("append was noticed; in Flask it is not")
	}
	s.SetModified(true)
	if got, _ := session.Value[[]int](reload(t, s), "data"); !slices.Equal(got, []int{8}) {
		t.Errorf("the list came back as %v", got)
	}
}

func TestUnstorable(t *testing.T) {
	for _, serializer := range []codec.Serializer{codec.Msgpack, codec.TaggedJSON} {
		s := session.New()
		s.Set("c", make(chan int))
		if _, err := s.AppendTo(nil, serializer); err == nil {
			t.Errorf("%T stored a channel", serializer)
		}
	}
}

// What one serializer wrote goes out by the other one, read or not.
func TestChangeOfSerializer(t *testing.T) {
	s := stored(t, "b", 1, "a", codec.Tuple{"x", true})
	out, err := s.AppendTo(nil, codec.TaggedJSON)
	if err != nil || string(out) != `{"a":["x",true],"b":1}` {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestGenerateKey(t *testing.T) {
	a, b := session.GenerateKey(), session.GenerateKey()
	if len(a) != 64 || a == b {
		t.Errorf("%q and %q are no two keys", a, b)
	}
}

func ExampleSession() {
	s := session.New()
	s.Set("usuario", "Maria")
	fmt.Println(s.Get("usuario"), s.Get("role", "visitante"), s.Has("senha"))
	s.Pop("usuario", nil)
	fmt.Println(s.Len(), s.Modified())
	// Output:
	// Maria visitante false
	// 0 true
}

func ExampleValue() {
	s := session.New()
	s.Set("nomes", []string{"Ana"})
	nomes, _ := session.Value[[]string](s, "nomes")
	s.Set("nomes", append(nomes, "João"))
	fmt.Println(s.Get("nomes"))
	// Output: [Ana João]
}
