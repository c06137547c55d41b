package codec_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"testing"

	"github.com/cantil-go/cantil/internal/testkit/vectors"
	"github.com/cantil-go/cantil/session/codec"
)

// The deviations from Python, by kind.
const (
	tooDeep = "nested more than 128 levels deep"
	lone    = "a lone surrogate without an escape is not UTF-8; ItsDangerous fails on it as well"
)

func TestGoldenTaggedJSON(t *testing.T) {
	var file struct {
		Dumps []struct {
			ID, Context, Text string
			Value             vectors.Value
			Loaded            *vectors.Value
			Error             *vectors.Failure
		}
		Loads []struct {
			ID, Text, Level string
			Value           *vectors.Value
		}
	}
	vectors.Load(t, "tagged-json.json", &file)

	dumps := vectors.NewReport(t, "tagged-json.json dumps")
	for _, c := range file.Dumps {
		dumps.Case(c.ID, func() error {
			s, f := vectors.Serializer("tagged-json", c.Context)
			text, err := s.AppendValue(nil, c.Value.Go(f))
			switch {
			case errors.Is(err, codec.ErrTooDeep):
				return vectors.Deviation(tooDeep)
			case c.Context == "app-unicode" && errors.Is(err, codec.ErrInvalidText):
				return vectors.Deviation(lone)
			case c.Error != nil && err == nil:
				return fmt.Errorf("wrote %s, want %v", text, c.Error)
			case c.Error != nil:
				return nil
			case err != nil:
				return err
			case string(text) != c.Text:
				return fmt.Errorf("wrote %s, want %s", text, c.Text)
			}
			want := c.Value
			if c.Loaded != nil {
				want = *c.Loaded
			}
			return decodes(s, c.Text, want, f)
		})
	}

	loads := vectors.NewReport(t, "tagged-json.json loads")
	for _, c := range file.Loads {
		loads.Case(c.ID, func() error {
			got, err := codec.TaggedJSON.DecodeValue(c.Text)
			switch {
			case c.Value == nil && err == nil:
				return fmt.Errorf("%.80s: got %#v, want an error", c.Text, got)
			case c.Value == nil, err != nil && c.Level == "may-refuse":
				return nil
			case err != nil:
				return err
			}
			return c.Value.Compare(got, vectors.TaggedJSON)
		})
	}
}

// decodes checks what text is read as, whole and, if it is a session, split.
func decodes(s codec.Serializer, text string, want vectors.Value, f vectors.Format) error {
	got, err := s.DecodeValue(text)
	if err != nil {
		return err
	}
	if err := want.Compare(got, f); err != nil || want.T != "dict" {
		return err
	}
	fields, err := s.SplitFields(nil, text)
	if err != nil {
		return err
	}
	return want.CompareFields(fields, s, f)
}

// TestGoldenStored: what Flask-Session's msgspec writes into a store. Its JSON
// is not tagged JSON, and is only read.
func TestGoldenStored(t *testing.T) {
	var file struct {
		Stored []struct {
			ID, Format, Bytes string
			Value             vectors.Value
			Loaded            *vectors.Value
			Error             *vectors.Failure
		}
	}
	vectors.Load(t, "flask-session.json", &file)
	report := vectors.NewReport(t, "flask-session.json stored")
	for _, c := range file.Stored {
		if c.Format != "msgpack" && c.Bytes == "" {
			continue
		}
		report.Case(c.ID, func() error {
			stored, err := hex.DecodeString(c.Bytes)
			if err != nil {
				return err
			}
			s, f := vectors.Serializer(c.Format, "app")
			if c.Format == "msgpack" {
				raw, err := s.AppendValue(nil, c.Value.Go(f))
				switch {
				case c.Error != nil && err == nil:
					return fmt.Errorf("wrote %x, want %v", raw, c.Error)
				case c.Error != nil:
					return nil
				case err != nil:
					return err
				case c.Bytes != "" && string(raw) != string(stored):
					return fmt.Errorf("wrote %x, want %x", raw, stored)
				}
				stored = raw
			}
			want := c.Value
			if c.Loaded != nil {
				want = *c.Loaded
			}
			return decodes(s, string(stored), want, f)
		})
	}
}
