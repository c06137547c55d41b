package formdata

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolSize is how many bytes of a file stay in memory, as Werkzeug's
// default_stream_factory has it.
const spoolSize = 500 << 10

// ErrStorage is the error of an uploaded file that could not be put on the disk.
var ErrStorage = errors.New("cantil: form: temporary file")

// Spool is the content of an uploaded file: in memory, or above 500 KiB in a
// temporary file, tempfile.SpooledTemporaryFile.
type Spool struct {
	data []byte
	temp *os.File
	left string // the temporary file's name, where the system removes none that is open
	size int64
	hold func(int) error
}

// Size is the length in bytes. A nil Spool is empty.
func (s *Spool) Size() int64 {
	if s == nil {
		return 0
	}
	return s.size
}

// Open returns a reader at the start. After Close reading from a temporary file
// is os.ErrClosed.
func (s *Spool) Open() io.ReadSeeker {
	if s == nil {
		s = &Spool{}
	}
	if s.temp == nil {
		return bytes.NewReader(s.data)
	}
	return io.NewSectionReader(s.temp, 0, s.size)
}

// Bytes is the content: of a temporary file, a copy.
func (s *Spool) Bytes() ([]byte, error) {
	if s == nil {
		return nil, nil
	}
	if s.temp == nil {
		return s.data, nil
	}
	data := make([]byte, s.size)
	_, err := io.ReadFull(s.Open(), data)
	return data, err
}

// Close removes the temporary file. What is in memory stays.
func (s *Spool) Close() {
	if s == nil || s.temp == nil {
		return
	}
	s.temp.Close()
	if s.left != "" {
		os.Remove(s.left)
		s.left = ""
	}
}

// write appends p.
func (s *Spool) write(p []byte) error {
	s.size += int64(len(p))
	if s.temp == nil && s.size > spoolSize {
		if err := s.rollOver(); err != nil {
			return err
		}
	}
	if s.temp != nil {
		return storage(s.temp.Write(p))
	}
	if err := s.hold(len(p)); err != nil {
		return err
	}
	s.data = append(s.data, p...)
	return nil
}

// rollOver moves what is in memory to a temporary file. Its name is removed at
// once where the system allows: then nothing is left behind even if the program
// is killed.
func (s *Spool) rollOver() error {
	temp, err := os.CreateTemp("", "cantil-upload-")
	if err != nil {
		return storage(0, err)
	}
	s.temp = temp
	if os.Remove(temp.Name()) != nil {
		s.left = temp.Name()
	}
	err = storage(temp.Write(s.data))
	_ = s.hold(-len(s.data)) // giving back cannot fail
	s.data = nil
	return err
}

// storage is an error of the disk.
func storage(_ int, err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStorage, err)
	}
	return nil
}
