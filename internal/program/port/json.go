package port

import (
	"encoding/json"
	"io"
)

// jsonPlace is a place as programs read it.
type jsonPlace struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Rule   string `json:"rule"`
	Safety string `json:"safety"`
	Name   string `json:"name"`
	Note   string `json:"note,omitempty"`
	Test   bool   `json:"test,omitempty"`
	Edited bool   `json:"edited"`
}

func (p *Place) json(edited bool) jsonPlace {
	return jsonPlace{
		File: p.File, Line: p.Line, Column: p.Column, Rule: p.Rule.Name, Safety: string(p.Safety()), Name: p.Name,
		Note: p.Note, Test: p.Test, Edited: edited,
	}
}

// jsonFile is a file that changes.
type jsonFile struct {
	File string `json:"file"`
	New  bool   `json:"new,omitempty"`
	Gone bool   `json:"gone,omitempty"`
	Text string `json:"text"`
}

type jsonFault struct {
	File    string `json:"file"`
	Message string `json:"message"`
}

// jsonVersion is raised when the meaning of a key changes.
const jsonVersion = 1

// WriteJSON writes all that is known of the result.
func (out *Result) WriteJSON(w io.Writer) error {
	all := struct {
		Version int         `json:"version"`
		Refused bool        `json:"refused"`
		Files   []jsonFile  `json:"files"`
		Places  []jsonPlace `json:"places"`
		Faults  []jsonFault `json:"faults"`
	}{Version: jsonVersion, Refused: out.Refused, Files: []jsonFile{}, Places: []jsonPlace{}, Faults: []jsonFault{}}
	changed := map[string]bool{}
	for _, f := range out.Files {
		changed[f.Path] = true
		all.Files = append(all.Files, jsonFile{f.Path, f.Before == nil, f.After == nil, string(f.After)})
	}
	for i := range out.Places {
		p := &out.Places[i]
		all.Places = append(all.Places, p.json(changed[p.File] && out.Options.takes(p.Rule) && p.Rule.Edits()))
	}
	for _, f := range out.Faults {
		all.Faults = append(all.Faults, jsonFault(f))
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(all)
}
