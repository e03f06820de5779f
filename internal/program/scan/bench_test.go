package scan

import (
	"context"
	"os"
	"testing"

	"aiohub/internal/files/walk"
)

// BenchmarkScan scans the tree in AIOHUB_BENCH_TREE.
func BenchmarkScan(b *testing.B) {
	root := os.Getenv("AIOHUB_BENCH_TREE")
	if root == "" {
		b.Skip("needs a tree: AIOHUB_BENCH_TREE=/path/to/nova")
	}
	for b.Loop() {
		walked, err := walk.Tree(context.Background(), root, walk.Options{Workers: DefaultWorkers()})
		if err != nil {
			b.Fatal(err)
		}
		result, err := Run(context.Background(), Input{Root: root, Files: walked.Files, Workers: DefaultWorkers(), Track: os.Getenv("AIOHUB_BENCH_TRACK") != ""})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(result.Bytes)
	}
	b.ReportAllocs()
}
