package gitrepo

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// repository makes one with two commits of a file below sub.
func repository(t *testing.T) (top string, git func(args ...string) string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	top = t.TempDir()
	git = func(args ...string) string {
		t.Helper()
		command := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"}, args...)...)
		command.Dir = top
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "--quiet", "--template=")
	for _, content := range []string{"1", "2"} {
		put(t, filepath.Join(top, "sub", "a.txt"), content)
		git("add", ".")
		git("commit", "--quiet", "-m", content)
	}
	return top, git
}

func put(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// What a repository's own configuration names is not run when the past is asked for.
func TestNothingOfTheRepositoryRuns(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the traps are for a shell")
	}
	top, git := repository(t)
	trap := filepath.Join(t.TempDir(), "sprung")
	spring := "touch '" + trap + "'; cat"
	for _, setting := range [][2]string{
		{"filter.x.smudge", spring}, {"filter.x.clean", spring}, {"diff.x.textconv", spring}, {"diff.external", spring}, {"core.pager", spring},
		{"core.fsmonitor", spring}, {"core.sshCommand", spring}, {"gpg.program", spring}, {"log.showSignature", "true"}, {"tar.tar.command", spring},
		{"alias.log", "!" + spring}, {"alias.archive", "!" + spring},
	} {
		git("config", setting[0], setting[1])
	}
	put(t, filepath.Join(top, ".git", "info", "attributes"), "*.txt filter=x diff=x\n")

	dir, err := Unpack(context.Background(), filepath.Join(top, "sub"), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if content, err := os.ReadFile(filepath.Join(dir, "a.txt")); string(content) != "2" {
		t.Errorf("unpacked %q, %v", content, err)
	}
	versions, err := Versions(context.Background(), filepath.Join(top, "sub"), "a.txt")
	if err != nil || len(versions) != 2 || string(versions[0].Content) != "1" || string(versions[1].Content) != "2" {
		t.Errorf("%v, %v", versions, err)
	}
	if _, err := os.Stat(trap); err == nil {
		t.Error("something that the configuration names was run")
	}
}

// An object that is not there is not fetched: a remote can be a command.
func TestNothingIsFetched(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the trap is for a shell")
	}
	top, git := repository(t)
	trap := filepath.Join(t.TempDir(), "sprung")
	for _, setting := range [][2]string{
		{"core.repositoryFormatVersion", "1"}, {"extensions.partialClone", "x"}, {"remote.x.promisor", "true"},
		{"remote.x.url", "ext::sh -c touch% " + trap}, {"protocol.ext.allow", "always"},
	} {
		git("config", setting[0], setting[1])
	}
	for _, missing := range []string{git("rev-parse", "HEAD:sub/a.txt"), git("rev-parse", "HEAD^{tree}")} {
		if err := os.Remove(filepath.Join(top, ".git", "objects", missing[:2], missing[2:])); err != nil {
			t.Fatal(err)
		}
	}
	if dir, err := Unpack(context.Background(), top, "HEAD"); err == nil {
		os.RemoveAll(dir)
		t.Error("unpacked what is not there")
	}
	_, _ = Versions(context.Background(), top, "sub/a.txt")
	if _, err := os.Stat(trap); err == nil {
		t.Error("the remote was run")
	}
}

func TestSpecialFilesInARepositoryAreNamed(t *testing.T) {
	for _, name := range []string{"HEAD", "config", "packed-refs"} {
		top, _ := repository(t)
		file := filepath.Join(top, ".git", name)
		os.Remove(file)
		if err := pipe(file); err != nil {
			t.Skip(err)
		}
		want := "git: .git/" + name + " is not a regular file"
		if _, err := Versions(context.Background(), filepath.Join(top, "sub"), "a.txt"); err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
