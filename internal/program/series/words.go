package series

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"aiohub/internal/program/port"
)

// foundation is the patch that the names' new place comes with.
func foundation(files []port.File, facade string) Patch {
	p := Patch{Key: "foundation", Subject: "Require aiohub", Files: files}
	made := facade != "" && hasPython(files)
	switch {
	case made && len(files) == 1:
		p.Subject = subject("Give eventlet's names a home in ", facade, "")
	case made:
		p.Subject = subject("Require aiohub; make ", facade, "")
	}
	if made {
		p.Why = append(p.Why,
			"Everything gets its names of eventlet from "+facade+
				" in what follows, so that a later change has one place. Nothing imports it yet.")
	} else {
		p.Why = append(p.Why, "What follows imports it.")
	}
	return p
}

func hasPython(files []port.File) bool {
	for _, f := range files {
		if path.Ext(f.Path) == ".py" {
			return true
		}
	}
	return false
}

// names is a patch that moves imports.
func names(b bundle, facade string) Patch {
	source := facade
	if source == "" {
		source = "aiohub.green"
	}
	return Patch{
		Key: "names " + b.files[0].Path, Subject: subject("Move eventlet's imports in ", b.dotted(), ""), Files: b.files,
		Why: []string{"The names come from " + source +
			" now. They are eventlet's own objects and are bound under the names they had, so that nothing else changes, whatever hub runs."},
	}
}

// starting is a patch after which programs run on aiohub's hub.
func starting(b bundle) Patch {
	return Patch{
		Key: "programs " + b.files[0].Path, Subject: subject("Run on aiohub's hub: ", b.dotted(), ""), Files: b.files,
		Why: []string{
			"The programs install aiohub's hub where they patched, before anything else is imported: green threads and asyncio's tasks share one loop from there on."},
	}
}

// dotted is what the bundle is about, as a module is named.
func (b *bundle) dotted() string {
	if b.topic == "" {
		return "several modules"
	}
	return strings.TrimSuffix(strings.ReplaceAll(b.topic, "/", "."), ".__init__")
}

// look notes what a reviewer of stage 1 has to look at: what was not edited and stands in the files of the patch.
func (p *Patch) look(result *port.Result) {
	own := map[string]bool{}
	for _, f := range p.Files {
		own[f.Path] = true
	}
	tests := map[string]bool{}
	for i := range result.Places {
		place := &result.Places[i]
		if !own[place.File] {
			continue
		}
		if place.Test && !tests[place.File] && path.Ext(place.File) == ".py" {
			tests[place.File] = true
			p.Tests = append(p.Tests, place.File)
		}
		if place.IsManual() {
			p.Look = append(p.Look, where(place, what(place)+". "+place.Rule.Why))
		}
	}
}

// what says what was decided at a place.
func what(place *port.Place) string {
	text := place.Rule.Title
	if place.Note != "" {
		text += ", " + place.Note
	}
	return strings.TrimSuffix(text, ".")
}

// numbered puts a number behind a subject.
func numbered(subject string, number int) string {
	tail := fmt.Sprintf(" (%d)", number)
	if runes := []rune(subject); utf8.RuneCountInString(subject)+len(tail) > subjectLength {
		return string(runes[:subjectLength-len(tail)-1]) + "…" + tail
	}
	return subject + tail
}
