package resolve

import (
	"iter"

	"aiohub/internal/language/pyscope"
)

// FuncID is a def statement of the tree: a file of the Program, and an index into the Funcs of its Model.
type FuncID struct {
	File, Index int32
}

// Func gives what the file says of a function.
func (p *Program) Func(id FuncID) *pyscope.Func { return &p.Model(id.File).Funcs[id.Index] }

// Funcs are all functions of the tree, by file and place.
func (p *Program) Funcs() iter.Seq[FuncID] {
	return func(yield func(FuncID) bool) {
		for i := range p.Files {
			for j := range p.Model(int32(i)).Funcs {
				if !yield(FuncID{File: int32(i), Index: int32(j)}) {
					return
				}
			}
		}
	}
}

// FuncAt gives the function whose body a scope is or lies in, whatever lambdas, comprehensions and classes are between;
// ok is false for code of the module itself.
func (p *Program) FuncAt(file, scope int32) (id FuncID, ok bool) {
	index := p.Model(file).FuncAround(scope)
	return FuncID{File: file, Index: index}, index != none
}

// Callees gives what the function of a call can be. A Class stands for its construction, an Instance for its __call__.
func (r *Resolver) Callees(file int32, call pyscope.Ref) Result {
	return r.Eval(file, pyscope.Ref(r.Model(file).Nodes[call].A))
}
