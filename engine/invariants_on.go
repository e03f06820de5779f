//go:build linux && invariants

package engine

// invariants is whether every call ends with a look at what has to be true: go test -tags invariants ./engine/...
const invariants = true
