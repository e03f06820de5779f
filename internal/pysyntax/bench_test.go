package pysyntax

import (
	"os"
	"strings"
	"testing"

	"aiohub/internal/pytoken"
	"unicode/utf8"
)

// benchFiles is the source to measure with: AIOHUB_AST_TREES or the standard library of the Python on PATH.
func benchFiles(b *testing.B) (sources [][]byte, bytes int64) {
	var roots []string
	if trees := os.Getenv(envTrees); trees != "" {
		roots = strings.Split(trees, ":")
	} else {
		py, why := findPython()
		if why != "" {
			b.Skip(why)
		}
		roots = []string{py.stdlib}
	}
	for _, root := range roots {
		for _, path := range pythonFiles(b, root) {
			src, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			sources = append(sources, src)
			bytes += int64(len(src))
		}
	}
	return sources, bytes
}

func BenchmarkParse(b *testing.B) {
	sources, size := benchFiles(b)
	var p Parser
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, src := range sources {
			p.Parse(src)
		}
	}
}

func BenchmarkScan(b *testing.B) {
	sources, size := benchFiles(b)
	var l pytoken.Scanner
	var s pytoken.Stream
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, src := range sources {
			l.Scan(&s, src, utf8.DecodeRune)
		}
	}
}
