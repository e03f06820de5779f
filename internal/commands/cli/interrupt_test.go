//go:build unix

package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestInterruptLeavesNothingBehind(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.py"), []byte("import eventlet\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	// The run stops at a configuration that nobody has written yet, is interrupted there, and goes on.
	fifo := filepath.Join(t.TempDir(), "config")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(context.Background())
	go func() {
		writer, err := os.OpenFile(fifo, os.O_WRONLY, 0)
		interrupt()
		if err == nil {
			fmt.Fprintln(writer, "[tool.aiohub]")
			writer.Close()
		}
	}()
	var stdout, stderr bytes.Buffer
	app := &App{Stdout: &stdout, Stderr: &stderr, Version: "1"}
	code := app.Run(ctx, []string{"check", "--update", "--config", fifo, root})
	if code != Interrupted || stdout.Len() > 0 || stderr.String() != "aiohub: error: interrupted, nothing was changed\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
	entries, err := os.ReadDir(root)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}

// A loop in a shell ends with the program in it only if that says that it was interrupted.
func TestSignalsEndARunWithTheirOwnCode(t *testing.T) {
	for signal, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		ctx, stop := untilSignal()
		if err := syscall.Kill(os.Getpid(), signal); err != nil {
			t.Fatal(err)
		}
		<-ctx.Done()
		var stdout, stderr bytes.Buffer
		app := &App{Stdout: &stdout, Stderr: &stderr, Version: "1"}
		if code := app.Run(ctx, []string{"check", t.TempDir()}); code != want || stdout.Len() > 0 {
			t.Errorf("%v: exit code %d, want %d; stdout %q", signal, code, want, stdout.String())
		}
		stop()
	}
}
