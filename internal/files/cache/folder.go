package cache

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"aiohub/internal/files/atomicfile"
	"aiohub/internal/files/fence"
)

// folder is the directory that one tree's entries are in, and what proves that an entry was written by this user's
// aiohub.
type folder struct {
	*os.Root
	secret []byte // the user's key, for this tree alone
}

// Variable names the user's folder in place of the usual one.
const Variable = "AIOHUB_CACHE_DIR"

const (
	signature = "Signature: 8a477f597d28d172789f06886806bc55\n" // https://bford.info/cachedir/
	tagName   = "CACHEDIR.TAG"
	tagText   = signature + "# This directory is a cache of aiohub and may be deleted.\n"
)

// unusedAfter is how long the entries of a tree stay that nobody looks at: it may not be there any more.
const unusedAfter = 30 * 24 * time.Hour

// open makes the folder for the tree at root ready: one of the user's, or own, a path below root.
//
// Whatever is in the tree may have been written by anybody who can send a pull request. So the key is never there, and
// a folder in the tree is ours only if its tag was made with the key; that, not what its entries say, lets us write and
// delete in it.
func open(root, own string) (*folder, error) {
	home, err := openHome(root)
	if err != nil {
		return nil, err
	}
	defer home.Close()
	key, err := openKey(home)
	if err != nil {
		return nil, err
	}
	f := &folder{secret: sum(key, "tree", []byte(root))}
	if own != "" {
		if err := f.openOwn(root, own); err != nil {
			return nil, err
		}
		return f, nil
	}
	made := false
	place, err := fence.Within(home.Name(), treeName(root))
	if err == nil {
		f.Root, made, err = place.Folder()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", home.Name(), err)
	}
	if made {
		forgetUnused(home, time.Now())
	}
	return f, nil
}

// openHome opens the user's folder, and makes it if it is not there.
func openHome(root string) (*os.Root, error) {
	path := os.Getenv(Variable)
	if path == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		path = filepath.Join(dir, "aiohub")
	}
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("%s is no absolute path", path)
	}
	if fence.Crosses(root, path) {
		return nil, fmt.Errorf("%s is in the tree that is looked at; %s names another folder", path, Variable)
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	home, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	if _, err := home.Lstat(tagName); errors.Is(err, fs.ErrNotExist) {
		err := atomicfile.WriteVolatile(home, tagName, []byte(tagText), 0o600)
		if err != nil {
			home.Close()
			return nil, err
		}
	}
	return home, nil
}

func treeName(root string) string {
	name := sha256.Sum256([]byte(root))
	return "tree-" + hex.EncodeToString(name[:16])
}

// openOwn opens a folder in the tree.
func (f *folder) openOwn(root, own string) error {
	place, err := fence.Within(root, own)
	if err != nil {
		return fmt.Errorf("%s %w", own, err)
	}
	dir, made, err := place.Folder()
	if err != nil {
		return fmt.Errorf("%s: %w", own, err)
	}
	if err := f.claim(dir, made, root, own); err != nil {
		dir.Close()
		return err
	}
	f.Root = dir
	return nil
}

// claim writes the tag into a folder that was just made, and looks for it in one that was there.
func (f *folder) claim(dir *os.Root, made bool, root, own string) error {
	tag := fmt.Appendf([]byte(tagText), "# %x\n", sum(f.secret, "tag", []byte(own)))
	if made {
		if err := atomicfile.WriteVolatile(dir, ".gitignore", []byte("*\n"), 0o600); err != nil {
			return err
		}
		return atomicfile.WriteVolatile(dir, tagName, tag, 0o600)
	}
	if content, err := fence.Read(dir, tagName); err != nil || !hmac.Equal(content, tag) {
		return fmt.Errorf("%s was not made by this user's aiohub: delete it, or leave out cache-dir", own)
	}
	if tracked(root, own) {
		return fmt.Errorf("%s is under version control: `git rm -r --cached %s` takes it out", own, own)
	}
	return nil
}

// read returns the content of an entry. Nobody looks at it before its seal is known to be right: this user's aiohub has
// written it for this tree, as what it is taken for.
func (f *folder) read(name, what string) ([]byte, bool) {
	content, err := fence.Read(f.Root, name)
	if err != nil || len(content) < sha256.Size {
		return nil, false
	}
	seal, content := content[:sha256.Size], content[sha256.Size:]
	return content, hmac.Equal(seal, sum(f.secret, what, content))
}

func (f *folder) write(name, what string, content []byte) error {
	if len(content) > fence.Limit-sha256.Size {
		return nil // it would not be read
	}
	return atomicfile.WriteVolatile(f.Root, name, append(sum(f.secret, what, content), content...), 0o600)
}

func sum(key []byte, what string, content []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(what))
	mac.Write([]byte{0}) // what has none
	mac.Write(content)
	return mac.Sum(nil)
}
