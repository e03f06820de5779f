//go:build unix

package doctor

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// An environment in the tree comes with the tree: nothing of it leads elsewhere or keeps anybody waiting.
func TestAnEnvironmentThatNobodyTrusts(t *testing.T) {
	t.Setenv("VIRTUAL_ENV", "")
	root := t.TempDir()
	dir := filepath.Join(root, ".venv")
	venv(t, dir, "3.13.1", "eventlet-0.41.3.dist-info", "aiohub-0.1.0.dist-info")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	site := filepath.Join(dir, "lib", "python3.13", "site-packages")
	if err := os.MkdirAll(filepath.Join(site, "aiohub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(site, "aiohub", "__init__.py"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(site, "aiohub", "_without_engine.txt")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(site, "__editable__.aiohub-0.1.0.pth"), 0o600); err != nil {
		t.Fatal(err)
	}
	env, err := Find(context.Background(), root, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := texts(Examine(env, "0.1.0")); strings.Contains(got, "precious") || !strings.Contains(got, "ok Python 3.13.1") {
		t.Errorf("got\n%s", got)
	}

	configuration := filepath.Join(dir, "pyvenv.cfg")
	if err := os.Remove(configuration); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(configuration, 0o600); err != nil {
		t.Fatal(err)
	}
	if env, err := Find(context.Background(), root, ""); err == nil && strings.HasPrefix(env.Python, root) {
		t.Errorf("%s counts as an environment", env.Python)
	}
}
