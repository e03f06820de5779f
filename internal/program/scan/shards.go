package scan

// shards is the number of parts in which names are resolved. Where names lead in circles that no program would survive,
// an answer can depend on the questions before it; with a fixed number of parts, each with a resolver of its own, these
// are the same on every machine.
const shards = 16

// parts gives where each of the shards begins among the Python files, and where the last one ends. They have about the
// same size in bytes. Files that lie beside each other are in one, because they ask for the same others.
func (p *project) parts() [shards + 1]int {
	total := 0
	for _, i := range p.index {
		total += p.files[i].Size
	}
	parts := [shards + 1]int{shards: len(p.index)}
	before, next := 0, 1
	for j, i := range p.index {
		for ; next < shards && before >= total*next/shards; next++ {
			parts[next] = j
		}
		before += p.files[i].Size
	}
	for ; next < shards; next++ {
		parts[next] = len(p.index)
	}
	return parts
}
