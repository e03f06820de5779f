//go:build unix

package pysyntax

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"aiohub/internal/language/pytoken"
)

// Measure with
//
//	AIOHUB_AST_TREES=DIR go test -run '^$' -bench . -benchtime 20x ./internal/language/pysyntax
//
// cpu-MB/s is the figure to quote: source bytes by the processor time of the process, which other load on the machine
// disturbs less than the clock.

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

func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func measure(b *testing.B, read func(src []byte)) {
	sources, size := benchFiles(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for _, src := range sources {
		read(src)
	}
	start := processorTime(b)
	for b.Loop() {
		for _, src := range sources {
			read(src)
		}
	}
	used := processorTime(b) - start
	b.ReportMetric(float64(size)*float64(b.N)/1e6/used.Seconds(), "cpu-MB/s")
}

func BenchmarkParse(b *testing.B) {
	var p Parser
	measure(b, func(src []byte) { p.Parse(src) })
}

func BenchmarkScan(b *testing.B) {
	var l pytoken.Scanner
	var s pytoken.Stream
	measure(b, func(src []byte) { l.Scan(&s, src, src, utf8.DecodeRune) })
}
