package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// parsed reads a YAML file of the repository.
func parsed(t *testing.T, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(start, "..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		t.Fatal(err)
	}
}

// scratch makes a git repository whose baseline allows what is in it.
func scratch(t *testing.T, program string) string {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash here")
	}
	dir := t.TempDir()
	writeModule(t, dir, "import eventlet\n")
	for _, command := range [][]string{{"git", "init", "-q"}, {program, "check", "-q", "--update"}, {"git", "add", "."}} {
		run(t, dir, nil, 0, command...)
	}
	return dir
}

func writeModule(t *testing.T, dir, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "a.py"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir string, env []string, code int, args ...string) string {
	t.Helper()
	command := exec.Command(args[0], args[1:]...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	output, err := command.CombinedOutput()
	if got := command.ProcessState.ExitCode(); got != code {
		t.Fatalf("%v: %v, want exit code %d\n%s", args, err, code, output)
	}
	return string(output)
}

func TestGitHubAction(t *testing.T) {
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Using string
			Steps []struct {
				Uses, Shell, Run string
				Env              map[string]string
			}
		}
	}
	parsed(t, "packaging/github/action.yml", &action)
	if action.Runs.Using != "composite" {
		t.Fatalf("%+v", action)
	}
	dir := scratch(t, built(t))
	home := filepath.Join(start, "..", "..", "packaging", "github")
	env := []string{"GITHUB_ACTION_PATH=" + home, "RUNNER_TEMP=" + t.TempDir()}
	steps := func(code int) (output string) {
		for i, step := range action.Runs.Steps {
			if step.Run == "" {
				continue
			}
			of := env
			for name, value := range step.Env {
				for input, its := range action.Inputs {
					value = strings.ReplaceAll(value, "${{ inputs."+input+" }}", its.Default)
				}
				of = append(of, name+"="+value)
			}
			want := 0
			if i == len(action.Runs.Steps)-1 {
				want = code
			}
			output = run(t, dir, of, want, step.Shell, "-eo", "pipefail", "-c", step.Run)
		}
		return output
	}
	steps(0)
	writeModule(t, dir, "import eventlet\neventlet.sleep(1)\n")
	if output := steps(1); !strings.Contains(output, "::warning file=a.py,line=2") {
		t.Errorf("no annotation:\n%s", output)
	}
}

func TestGitLabJob(t *testing.T) {
	var jobs map[string]struct {
		Script    []string
		Artifacts struct{ Reports struct{ Codequality string } }
	}
	parsed(t, "packaging/gitlab/aiohub.yml", &jobs)
	job := jobs["aiohub"]
	program := built(t)
	dir := scratch(t, program)
	env := []string{"PATH=" + filepath.Dir(program) + ":" + os.Getenv("PATH")}
	script := []string{"bash", "-e", "-c", strings.Join(job.Script, "\n")}
	run(t, dir, env, 0, script...)
	writeModule(t, dir, "import eventlet\neventlet.sleep(1)\n")
	run(t, dir, env, 1, script...)
	content, err := os.ReadFile(filepath.Join(dir, job.Artifacts.Reports.Codequality))
	var issues []any
	if err != nil || json.Unmarshal(content, &issues) != nil || len(issues) != 1 {
		t.Errorf("%v\n%s", err, content)
	}
}

func TestPreCommitHook(t *testing.T) {
	var hooks []struct {
		ID, Entry, Language string
		PassFilenames       bool `yaml:"pass_filenames"`
	}
	parsed(t, ".pre-commit-hooks.yaml", &hooks)
	if hooks[0].ID != "aiohub-check" || hooks[0].Language != "system" || hooks[0].PassFilenames {
		t.Fatalf("%+v", hooks)
	}
	program := built(t)
	dir := scratch(t, program)
	env := []string{"PATH=" + filepath.Dir(program) + ":" + os.Getenv("PATH")}
	check := func(code int) {
		t.Helper()
		run(t, dir, env, code, "bash", "-c", hooks[0].Entry)
		if _, err := exec.LookPath("pre-commit"); err != nil {
			t.Log("there is no pre-commit here: only the hook's command was run")
			return
		}
		// The repository of the hooks is one that holds them as they are.
		repository := t.TempDir()
		content, _ := os.ReadFile(filepath.Join(start, "..", "..", ".pre-commit-hooks.yaml"))
		if err := os.WriteFile(filepath.Join(repository, ".pre-commit-hooks.yaml"), content, 0o644); err != nil {
			t.Fatal(err)
		}
		run(t, repository, nil, 0, "git", "init", "-q")
		run(t, repository, nil, 0, "git", "add", ".")
		run(t, repository, nil, 0, "git", "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x")
		run(t, dir, nil, 0, "git", "add", ".")
		own := append(env, "PRE_COMMIT_HOME="+t.TempDir())
		if output := run(t, dir, own, code, "pre-commit", "try-repo", repository, "aiohub-check"); !strings.Contains(output, "aiohub check") {
			t.Errorf("the hook was not run:\n%s", output)
		}
	}
	check(0)
	writeModule(t, dir, "import eventlet\neventlet.sleep(1)\n")
	check(1)
}
