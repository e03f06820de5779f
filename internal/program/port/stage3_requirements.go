package port

import (
	"bytes"
	"slices"
	"strings"

	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// requirements takes eventlet out of the files that require it. aiohub goes, too, or becomes aiohub-aio if something
// imports aiohub.aio: the distribution that has this and needs no eventlet. It gives the files that change.
func (p *pure) requirements() []*source {
	stays := map[string]bool{"aiohub": p.importsAio()}
	var list []*source
	for _, s := range p.tree.sources() {
		index := slices.IndexFunc(p.files, func(o *source) bool { return o.path == s.path })
		if index >= 0 {
			s = p.files[index]
		}
		for i := range s.records {
			if r := &s.records[i]; r.Kind == scan.Requirement {
				p.requirement(s, r, stays)
			}
		}
		if index < 0 {
			list = append(list, s)
		}
	}
	return list
}

// importsAio reports whether the tree imports aiohub.aio, or will.
func (p *pure) importsAio() bool {
	for _, s := range p.files {
		if p.imports[s][importAio] || p.aio[s] {
			return true
		}
		for _, a := range s.aliases {
			if imp := alias3(s, a); imp == importAio || strings.HasPrefix(imp.Module, knowledge.Aiohub+".aio") {
				return true
			}
		}
	}
	return false
}

func (p *pure) requirement(s *source, r *scan.Record, stays map[string]bool) {
	name := strings.ToLower(string(s.src[r.Start:r.End]))
	name = strings.TrimRight(name[:len(name)-len(strings.TrimLeft(name, "abcdefghijklmnopqrstuvwxyz"))], " ")
	if name == knowledge.Aiohub && stays[name] {
		if s.aloneFollows(r) {
			return
		}
		s.edits.Insert(r.Start+len(name), "-aio")
		p.note(s, uint32(r.Start), requirementAlone, name, "")
		return
	}
	if strings.Contains(s.path, ".egg-info/") || strings.Contains(s.path, ".dist-info/") {
		return
	}
	if r.Ctx == scan.Extra || r.Ctx == scan.Command || r.Ctx == scan.YAML || r.Ctx == scan.Lock ||
		r.Ctx == scan.System || !s.dropRequirement(r) {
		p.note(s, uint32(r.Start), requirementStays, r.Name, "")
		return
	}
	p.note(s, uint32(r.Start), requirementGoes, name, "")
}

// aloneFollows reports whether a requirement is of aiohub-aio already.
func (s *source) aloneFollows(r *scan.Record) bool {
	return bytes.HasPrefix(s.src[r.Start+len(knowledge.Aiohub):], []byte("-aio"))
}

// dropRequirement takes out one requirement: its line if that holds nothing else, else its string out of the list.
func (s *source) dropRequirement(r *scan.Record) bool {
	start := bytes.LastIndexByte(s.src[:r.Start], '\n') + 1
	end := len(s.src)
	if i := bytes.IndexByte(s.src[start:], '\n'); i >= 0 {
		end = start + i + 1
	}
	before := strings.TrimLeft(string(s.src[start:r.Start]), " \t")
	rest := string(s.src[r.Start:end])
	switch {
	case before == "":
		s.edits.Delete(start, end)
		return true
	case before == `"` || before == `'`:
		close := strings.Index(rest, before)
		behind := strings.TrimSpace(rest[max(close, 0)+1:])
		if close >= 0 &&
			(behind == "," || behind == "" || strings.HasPrefix(behind, "#") ||
				strings.HasPrefix(behind, ",") && strings.HasPrefix(strings.TrimSpace(behind[1:]), "#")) {
			s.edits.Delete(start, end)
			return true
		}
	}
	quote := before[len(before)-1:]
	if quote != `"` && quote != `'` {
		return false
	}
	close := strings.Index(rest, quote)
	if close < 0 {
		return false
	}
	from, to := r.Start-1, r.Start+close+1
	behind := string(s.src[to:end])
	switch {
	case strings.HasPrefix(behind, ", "):
		to += 2
	case strings.HasPrefix(behind, ","):
		to++
	default:
		for from > start && (s.src[from-1] == ' ' || s.src[from-1] == ',') {
			from--
		}
	}
	s.edits.Delete(from, to)
	return true
}
