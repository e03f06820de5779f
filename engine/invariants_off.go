//go:build linux && !invariants

package engine

const invariants = false
