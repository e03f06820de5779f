package gitrepo

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"aiohub/internal/output/fault"
)

// Unpack puts the tree of a revision, as far as it lies below root, into a new folder, which the caller removes. Only
// regular files and folders are taken.
func Unpack(ctx context.Context, root, revision string) (dir string, err error) {
	if strings.HasPrefix(revision, "-") {
		return "", fault.New(fmt.Sprintf("%q is no revision", revision), "name a commit, a tag or a branch")
	}
	repository, err := openObjects(ctx, root)
	if err != nil {
		return "", err
	}
	defer repository.close()
	commit, err := output(ctx, root, "rev-parse", "--verify", revision+"^{commit}")
	if err != nil {
		return "", unknown(revision, err)
	}
	dir, err = os.MkdirTemp("", "aiohub-since-")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	git := repository.git(ctx, "archive", "--format=tar", strings.TrimSpace(string(commit))+":"+repository.prefix)
	var complaint strings.Builder
	git.Stderr = &complaint
	pipe, err := git.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := git.Start(); err != nil {
		return "", explain(ctx, err, "")
	}
	unpackErr := unpack(dir, pipe)
	if _, drainErr := io.Copy(io.Discard, pipe); unpackErr == nil {
		unpackErr = drainErr
	}
	if err := git.Wait(); err != nil {
		return "", unknown(revision, explain(ctx, err, complaint.String()))
	}
	return dir, unpackErr
}

func unknown(revision string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fault.New(
		fmt.Sprintf("revision %s: %v", revision, err),
		"name a commit, a tag or a branch of the repository that the tree is in",
	)
}

// unpack writes the regular files of an archive below a folder.
func unpack(dir string, archive io.Reader) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	reader := tar.NewReader(archive)
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what git archive wrote: %w", err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := unpackFile(root, path.Clean(header.Name), reader); err != nil {
			return err
		}
	}
}

func unpackFile(root *os.Root, name string, from io.Reader) error {
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := root.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, from); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
