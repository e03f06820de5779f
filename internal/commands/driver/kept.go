package driver

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"slices"
	"unicode/utf8"

	"aiohub/internal/files/cache"
	"aiohub/internal/files/walk"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/place"
	"aiohub/internal/program/scan"
	"aiohub/internal/rules/rule"
)

// kept is what stays in the cache: an outcome, and what the scan knows of each file for the time when few of them have
// changed.
type kept struct {
	Outcome Outcome
	State   *scan.State // nil if nothing can be built on it
	Extra   string
	Paths   []string // of all files, in the order of State.Files
	Kinds   []walk.Kind
	Hashes  []cache.Hash
}

// through takes the outcome from the cache, or makes it and puts it there.
func through(ctx context.Context, store *cache.Cache, root string, tree *walk.Result, options Options) (*Outcome,
	error) {
	extra := fmt.Sprint(tree.Problems)
	if blob, ok := store.Lookup(ctx, options.Workers, extra); ok {
		if k := decode(blob); k != nil {
			k.Outcome.Cached = true
			return &k.Outcome, nil
		}
	}
	in := scan.Input{
		Root: root, Files: tree.Files, Workers: options.Workers, Progress: options.Progress, Content: store.Seen,
		Unsaved: options.Unsaved,
		Track:   store.Keeps(),
	}
	outcome, state, err := again(ctx, store, in, tree, extra, options)
	if err != nil {
		return nil, err
	}
	if outcome == nil {
		store.Forget()
		result, err := scan.Run(ctx, in)
		if err != nil {
			return nil, err
		}
		outcome, state = assess(result, tree.Files, tree.Problems, options), result.State
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !store.Keeps() {
		return outcome, nil
	}
	k := kept{Outcome: *outcome, State: state, Extra: extra, Hashes: store.Hashes()}
	for _, file := range tree.Files {
		if !utf8.ValidString(file.Path) {
			k.State = nil // its records go by another name
		}
		k.Paths, k.Kinds = append(k.Paths, file.Path), append(k.Kinds, file.Kind)
	}
	var blob bytes.Buffer
	if err := gob.NewEncoder(&blob).Encode(&k); err != nil {
		return nil, fmt.Errorf("encode the outcome for the cache: %w", err)
	}
	store.Store(extra, blob.Bytes())
	return outcome, nil
}

func decode(blob []byte) *kept {
	k := &kept{}
	if gob.NewDecoder(bytes.NewReader(blob)).Decode(k) != nil {
		return nil
	}
	return k
}

// again makes the outcome from that of the last run, if few files have changed since; nil if that cannot be done.
func again(
	ctx context.Context, store *cache.Cache, in scan.Input, tree *walk.Result, extra string, options Options,
) (*Outcome, *scan.State, error) {
	blob, ok := store.Earlier()
	if !ok {
		return nil, nil, nil
	}
	before := decode(blob)
	if before == nil || before.State == nil || before.Extra != extra || len(before.Paths) != len(tree.Files) {
		return nil, nil, nil
	}
	var changed []int
	hashes := store.Hashes()
	for i, file := range tree.Files {
		switch {
		case file.Path != before.Paths[i] || file.Kind != before.Kinds[i]:
			return nil, nil, nil
		case hashes[i] != before.Hashes[i] || hashes[i] == (cache.Hash{}):
			changed = append(changed, i)
		}
	}
	if len(changed) > max(few, len(tree.Files)/10) {
		return nil, nil, nil
	}
	result, ok, err := scan.Update(ctx, in, scan.Earlier{State: before.State, Records: before.Outcome.Records}, changed)
	if err != nil || !ok {
		return nil, nil, err
	}
	for i, hash := range store.Hashes() {
		if !slices.Contains(changed, i) && hash != before.Hashes[i] {
			return nil, nil, nil // it has changed while we were at it
		}
	}
	outcome := assess(result, tree.Files, tree.Problems, options)
	outcome.keep(&before.Outcome, result.Redone)
	return outcome, result.State, nil
}

// few files may have changed, whatever the size of the tree.
const few = 10

// keep takes over what rules have found in the files that were not looked at again.
func (o *Outcome) keep(before *Outcome, redone []string) {
	again := map[string]bool{}
	for _, file := range redone {
		again[file] = true
	}
	for _, f := range before.Raw {
		if !again[f.File] && f.Code != rule.Unparsable && f.Code != rule.OwnEventlet {
			o.Raw = append(o.Raw, f)
		}
	}
	for _, c := range before.Directives {
		if !again[c.Place.File] {
			o.Directives = append(o.Directives, c)
		}
	}
	slices.SortStableFunc(o.Raw, finding.Compare)
	slices.SortStableFunc(o.Directives, func(a, b Comment) int { return place.Compare(a.Place, b.Place) })
}
