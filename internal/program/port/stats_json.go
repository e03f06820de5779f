package port

import (
	"encoding/json"
	"io"
)

// jsonCount is a Count as programs read it.
type jsonCount struct {
	Safe   int `json:"safe"`
	Unsafe int `json:"unsafe"`
	Manual int `json:"manual"`
}

// jsonCounted is a place that the statistics count.
type jsonCounted struct {
	Family string `json:"family"`
	jsonPlace
}

// WriteStatsJSON writes what Stats counts, and each place that it counts.
func (out *Result) WriteStatsJSON(w io.Writer) error {
	code, tests := out.Stats()
	all := struct {
		Version int                  `json:"version"`
		Code    map[string]jsonCount `json:"code"`
		Tests   map[string]jsonCount `json:"tests"`
		Places  []jsonCounted        `json:"places"`
	}{Version: jsonVersion, Code: countsOf(code), Tests: countsOf(tests), Places: []jsonCounted{}}
	for i := range out.Places {
		if p := &out.Places[i]; p.Counted {
			all.Places = append(all.Places, jsonCounted{p.Family, p.json(false)})
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(all)
}

func countsOf(counts map[string]*Count) map[string]jsonCount {
	out := map[string]jsonCount{}
	for family, c := range counts {
		out[family] = jsonCount(*c)
	}
	return out
}
