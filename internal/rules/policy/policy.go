// Package policy makes the file that the import hook aiohub.ratchet enforces in running programs: which modules of the
// project still import eventlet, so that no other one begins to.
//
// It is made of what a scan finds and of [tool.aiohub.runtime]; python/aiohub/ratchet/_policy.py reads it.
package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"aiohub/internal/files/config"
	"aiohub/internal/files/fence"
	"aiohub/internal/language/pymodule"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/glyph"
	"aiohub/internal/program/knowledge"
	"aiohub/internal/program/scan"
)

// File is the policy's name in the root of the tree.
const File = config.PolicyName

// Policy is the content of the file. All lists are sorted.
type Policy struct {
	Version   int      `json:"version"`
	Packages  []string `json:"packages"`  // the project's own packages: only what they import is judged
	Allowed   []string `json:"allowed"`   // modules that may import eventlet
	Forbidden []string `json:"forbidden"` // modules and packages that may not, listed or not
	Processes []string `json:"processes"` // programs in which nobody may
}

const version = 1

// Conflict is an import of eventlet where the configuration forbids it.
type Conflict struct {
	Record *scan.Record
	Module string
	Entry  string // of [tool.aiohub.runtime] forbid
}

// Make makes the policy for the Python files at paths and their records.
func Make(paths []string, records []scan.Record, runtime config.Runtime) (*Policy, []Conflict) {
	tree := pymodule.New(paths)
	p := &Policy{Version: version, Forbidden: sorted(runtime.Forbid), Processes: sorted(runtime.Processes)}
	names := map[string]string{}
	packages := map[string]bool{}
	for i, path := range paths {
		name := tree.Name(tree.Node(i))
		names[path] = name
		if top, _, below := strings.Cut(name, "."); below || tree.IsPackage(tree.Node(i)) {
			packages[top] = true
		}
	}
	allowed := map[string]bool{}
	for _, module := range runtime.Allow {
		allowed[module] = true
	}
	var conflicts []Conflict
	for i := range records {
		r := &records[i]
		if r.Kind != scan.Import || r.Ctx == scan.TypeChecking || knowledge.RoleOf(r.Name) != knowledge.Own {
			continue
		}
		module := names[r.File]
		if entry := covering(runtime.Forbid, module); entry != "" && !slices.Contains(runtime.Allow, module) {
			conflicts = append(conflicts, Conflict{r, module, entry})
			continue
		}
		allowed[module] = true
	}
	p.Packages, p.Allowed = keys(packages), keys(allowed)
	return p, conflicts
}

// covering returns the entry that is a module or a package above it, or "".
func covering(entries []string, module string) string {
	for _, entry := range entries {
		if module == entry || strings.HasPrefix(module, entry+".") {
			return entry
		}
	}
	return ""
}

// Load reads the policy of the tree at root; nil, without an error, when there is none. shown is its path for messages.
func Load(root, shown string) (*Policy, error) {
	file, err := fence.Within(root, File)
	if err != nil {
		return nil, err
	}
	content, err := file.Read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.At(shown, 0, "cannot be read: "+err.Error(), "put a file there that can be read, or delete it")
	}
	broken := func(offset int64, message string) error {
		line := 1 + bytes.Count(content[:min(max(offset, 0), int64(len(content)))], []byte("\n"))
		return fault.At(shown, line, message, "`aiohub check --runtime --update` writes it anew, once it is deleted")
	}
	p := &Policy{}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil {
		return nil, broken(decoder.InputOffset(), "not a policy: "+strings.TrimPrefix(err.Error(), "json: "))
	}
	if p.Version != version {
		return nil, broken(0, fmt.Sprintf("version %d is not known, this aiohub writes %d", p.Version, version))
	}
	return p, nil
}

// Store replaces the policy of the tree at root.
func Store(root string, p *Policy) error {
	file, err := fence.Within(root, File)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(p); err != nil {
		return fmt.Errorf("write policy: %w", err)
	}
	content := glyph.JSON(b.Bytes())
	if old, err := file.Read(); err == nil && bytes.Equal(old, content) {
		return nil
	}
	return file.Replace(content, 0o644)
}

// Missing lists what is in a and not in b.
func Missing(a, b []string) []string {
	var missing []string
	for _, item := range a {
		if !slices.Contains(b, item) {
			missing = append(missing, item)
		}
	}
	return missing
}

func sorted(list []string) []string {
	list = append([]string{}, list...)
	slices.Sort(list)
	return slices.Compact(list)
}

func keys(set map[string]bool) []string {
	list := make([]string, 0, len(set))
	for key := range set {
		list = append(list, key)
	}
	slices.Sort(list)
	return list
}
