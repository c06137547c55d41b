package jinja

import (
	"encoding/json"
	"math/big"
	"strings"
	"time"
)

// fakeUser and fakePost are the objects of the cases.
type fakeUser struct {
	Username string
	Email    string
	Age      int
	Admin    bool
	Bio      any
}

func (u *fakeUser) IsAdult() bool  { return u.Age >= 18 }
func (u *fakeUser) String() string { return "<User " + u.Username + ">" }

// JinjaAttr declares the parameters of greet, which Go has no names for.
func (u *fakeUser) JinjaAttr(name string) (any, bool) {
	if name != "greet" {
		return nil, false
	}
	greet := func(greeting, mark string) string { return greeting + ", " + u.Username + mark }
	return Func("greet", greet, P("greeting", "Hello"), P("mark", "!")), true
}

type fakePost struct {
	Title   string
	Body    string
	Author  any
	Created any
	Tags    any
	Likes   any
}

// decodeValue turns JSON into the values of templates, in the order of keys.
func decodeValue(dec *json.Decoder) (any, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			l := &List{Items: []any{}}
			for dec.More() {
				v, err := decodeValue(dec)
				if err != nil {
					return nil, err
				}
				l.Items = append(l.Items, v)
			}
			_, err := dec.Token()
			return l, err
		}
		d := NewDict()
		for dec.More() {
			k, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := decodeValue(dec)
			if err != nil {
				return nil, err
			}
			d.Set(k, v)
		}
		_, err := dec.Token()
		return marked(d), err
	case json.Number:
		if strings.ContainsAny(t.String(), ".eE") {
			return t.Float64()
		}
		n, _ := new(big.Int).SetString(t.String(), 10)
		return normBig(n), nil
	}
	return t, nil
}

// marked replaces {"$marker": value} by what it stands for.
func marked(d *Dict) any {
	if d.Len() != 1 {
		return d
	}
	v := d.Values()[0]
	switch d.Keys()[0] {
	case "$markup":
		return Markup(v.(string))
	case "$tuple":
		return Tuple(v.(*List).Items)
	case "$datetime":
		t, err := time.Parse("2006-01-02T15:04:05", v.(string))
		if err != nil {
			panic(err)
		}
		return t
	case "$user":
		return makeUser(v.(*Dict))
	case "$post":
		d := v.(*Dict)
		p := &fakePost{Tags: NewList(), Likes: 0}
		p.Title, _ = lookupOr(d, "title", "").(string)
		p.Body, _ = lookupOr(d, "body", "").(string)
		p.Author, p.Created = lookupOr(d, "author", nil), lookupOr(d, "created", nil)
		p.Tags, p.Likes = lookupOr(d, "tags", p.Tags), lookupOr(d, "likes", 0)
		return p
	}
	return d
}

func makeUser(d *Dict) *fakeUser {
	u := &fakeUser{Bio: lookupOr(d, "bio", nil)}
	u.Username, _ = lookupOr(d, "username", "").(string)
	u.Email, _ = lookupOr(d, "email", "").(string)
	u.Age, _ = lookupOr(d, "age", 0).(int)
	u.Admin, _ = lookupOr(d, "admin", false).(bool)
	return u
}

func lookupOr(d *Dict, key string, def any) any {
	if v, ok := d.Lookup(key); ok {
		return v
	}
	return def
}

// orderedValue is a value of a case, decoded with its order.
type orderedValue struct{ v any }

func (o *orderedValue) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	v, err := decodeValue(dec)
	o.v = v
	return err
}

// dict gives the value as variables; an absent one as none.
func (o orderedValue) dict() *Dict {
	if d, ok := o.v.(*Dict); ok {
		return d
	}
	return NewDict()
}
