package series

import (
	"path"

	"aiohub/internal/program/port"
)

// Last gives the patches of stage 3: the code, which leaves eventlet as a whole, and then what nobody needs any more.
func Last(result *port.Result) []Patch {
	var code, rest []port.File
	for _, f := range result.Files {
		if f.After == nil || path.Ext(f.Path) != ".py" || path.Base(f.Path) == "setup.py" {
			rest = append(rest, f)
		} else {
			code = append(code, f)
		}
	}
	var patches []Patch
	if len(code) > 0 {
		patches = append(patches, Patch{
			Key: "last", Subject: "Leave eventlet", Files: code,
			Tests: testsIn(&port.Result{Files: code, Places: result.Places}),
			Why: []string{
				"All that waits is a coroutine by now: bridges, the hub and eventlet go, and programs start with asyncio.run. It cannot be divided, for what is left of it needs all of it."},
		})
	}
	if len(rest) > 0 {
		patches = append(patches, Patch{
			Key: "last requirements", Subject: "Stop requiring eventlet", Files: rest,
			Why: []string{"Nothing imports it any more. Modules of which nothing is left go with it."},
		})
	}
	for i := range patches {
		p := &patches[i]
		p.about(result, func(place *port.Place) bool { return place.Rule.Edits() })
		own := map[string]bool{}
		for _, f := range p.Files {
			own[f.Path] = true
		}
		for k := range result.Places {
			if place := &result.Places[k]; own[place.File] && (place.Rule.IsUnsafe() || place.IsManual()) {
				p.Look = append(p.Look, where(place, what(place)))
			}
		}
	}
	return patches
}
