package cache

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"aiohub/internal/files/atomicfile"
	"aiohub/internal/files/fence"
)

const (
	keyName = "key"
	keySize = 32
)

// openKey returns the user's key, and makes it if it is not there. Somebody else's is not taken: who knows the key can
// write entries.
func openKey(home *os.Root) ([]byte, error) {
	info, err := home.Lstat(keyName)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(home); err != nil {
			return nil, err
		}
		info, err = home.Lstat(keyName)
	}
	if err != nil {
		return nil, err
	}
	if !private(info) {
		return nil, fmt.Errorf("%s is not this user's alone: delete it", filepath.Join(home.Name(), keyName))
	}
	key, err := fence.Read(home, keyName)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(home.Name(), keyName), err)
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("%s is damaged: delete it", filepath.Join(home.Name(), keyName))
	}
	return key, nil
}

// makeKey writes a new key. Of two runs that do so at once the first one's stays: what it has sealed by then is still
// to be read.
func makeKey(home *os.Root) error {
	key := make([]byte, keySize)
	rand.Read(key) // never fails
	temporary := "key-" + rand.Text()
	if err := atomicfile.Write(home, temporary, key, 0o600); err != nil {
		return err
	}
	defer home.Remove(temporary)
	err := home.Link(temporary, keyName)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return home.Rename(temporary, keyName) // a file system without second names
}
