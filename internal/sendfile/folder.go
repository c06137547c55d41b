package sendfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Folder is a folder of the disk whose symbolic links cannot lead out of it.
// It is looked up anew each time, as it may be replaced while the program runs.
type Folder string

// Open implements fs.FS.
func (folder Folder) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(folder))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(name))
	if err == nil {
		return f, nil
	}
	if _, system := errors.AsType[syscall.Errno](err); !system { // os.Root refused the path
		err = &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return nil, err
}

// IsMissing reports whether a file could not be opened because its name leads to
// none, whatever the name. Any other error is of the system.
func IsMissing(err error) bool {
	for _, missing := range []error{fs.ErrNotExist, fs.ErrInvalid, errNotFile,
		syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.ELOOP, syscall.EINVAL} {
		if errors.Is(err, missing) {
			return true
		}
	}
	return isInvalidName(err)
}
