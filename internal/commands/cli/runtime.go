package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"aiohub/internal/output/fault"
	"aiohub/internal/output/glyph"
	"aiohub/internal/rules/policy"
)

// checkRuntime compares the policy for running programs with what the tree and the configuration say now.
func (a *App) checkRuntime(ctx context.Context, j *job, update, accept bool) error {
	old, err := policy.Load(j.Config.Root, j.shown(policy.File))
	if err != nil {
		return err
	}
	outcome, err := a.run(ctx, j)
	if err != nil {
		return err
	}
	a.warn(j, outcome, func(file string) bool {
		return slices.ContainsFunc(outcome.Unread(), func(p fault.Problem) bool { return p.File == file })
	})
	if err := j.refuse(outcome.Unread(), "make it readable, or exclude it"); err != nil {
		return err
	}
	now, conflicts := policy.Make(outcome.Paths, outcome.Records, j.Config.Runtime)
	if len(conflicts) > 0 {
		if err := a.deliver(func(w io.Writer) error { return writeConflicts(w, j, conflicts) }); err != nil {
			return err
		}
		return errFound
	}
	var grown, fallen []string
	if old != nil {
		grown, fallen = policy.Missing(now.Allowed, old.Allowed), policy.Missing(old.Allowed, now.Allowed)
	}
	if len(grown) > 0 && !accept {
		err := a.deliver(func(w io.Writer) error {
			for _, module := range grown {
				if _, err := fmt.Fprintf(w, "%s imports eventlet and did not before\n", glyph.Line(module)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		a.tell(j.globals, "hint: remove the import, or give --update --accept-growth and say why in the commit")
		return errFound
	}
	if update {
		if err := policy.Store(j.Config.Root, now); err != nil {
			return err
		}
		a.tell(j.globals, "%s: %s may import eventlet", j.shown(policy.File), count(len(now.Allowed), "module"))
		a.explainRuntime(j)
		return nil
	}
	switch {
	case old == nil:
		a.tell(j.globals, "there is no %s; `aiohub check --runtime --update` writes it", j.shown(policy.File))
		return errFound
	case !slices.Equal(old.Packages, now.Packages) || !slices.Equal(old.Forbidden, now.Forbidden) ||
		!slices.Equal(old.Processes, now.Processes):
		a.tell(j.globals, "%s is not what the tree and the configuration say; `aiohub check --runtime --update` writes it",
			j.shown(policy.File))
		return errFound
	case len(fallen) > 0:
		a.tell(j.globals, "no longer importing eventlet: %s; `aiohub check --runtime --update` records it",
			strings.Join(fallen, ", "))
	default:
		a.tell(j.globals, "%s is current: %s may import eventlet", j.shown(policy.File), count(len(now.Allowed), "module"))
	}
	a.explainRuntime(j)
	return nil
}

// explainRuntime says how a program is held to the policy.
func (a *App) explainRuntime(j *job) {
	a.tell(
		j.globals,
		"a program is held to it by `python -m aiohub.ratchet PROGRAM`, a test run by `pytest -p aiohub.ratchet.pytest_plugin`,",
	)
	a.tell(j.globals, "a service by `aiohub.ratchet.install_from_environment()` and AIOHUB_RATCHET=%s",
		j.shown(policy.File))
}

func writeConflicts(w io.Writer, j *job, conflicts []policy.Conflict) error {
	for _, c := range conflicts {
		_, err := fmt.Fprintf(w, "%s:%d:%d: %s imports eventlet, and %s forbids it (%s)\n",
			glyph.Line(j.shown(c.Record.File)), c.Record.Line, c.Record.Column, glyph.Line(c.Module),
			j.Config.Origin("runtime.forbid"), c.Entry)
		if err != nil {
			return err
		}
	}
	return nil
}
