package scan

import "testing"

func TestShardsCoverAllFilesOnce(t *testing.T) {
	for _, sizes := range [][]int{nil, {0}, {0, 0, 0}, {1000, 1, 1}, {1, 1, 1000}, make([]int, 100)} {
		p := &project{}
		for i, size := range sizes {
			p.files, p.index = append(p.files, file{Known: Known{Size: size}}), append(p.index, i)
		}
		parts := p.parts()
		if parts[0] != 0 || parts[shards] != len(sizes) {
			t.Errorf("%v: from %d to %d", sizes, parts[0], parts[shards])
		}
		for k := range shards {
			if parts[k] > parts[k+1] {
				t.Errorf("%v: shard %d begins at %d and ends at %d", sizes, k, parts[k], parts[k+1])
			}
		}
	}
}

func TestShardsHaveTheSameSize(t *testing.T) {
	p := &project{}
	for i := range 20 * shards {
		p.files, p.index = append(p.files, file{Known: Known{Size: 1000}}), append(p.index, i)
	}
	parts := p.parts()
	for k := range shards {
		if n := parts[k+1] - parts[k]; n != 20 {
			t.Errorf("shard %d has %d files", k, n)
		}
	}
}
