package callgraph

// objectKind says what a value is.
type objectKind uint8

const (
	kClass     objectKind = iota // a: class
	kInstance                    // a: class
	kFunc                        // a: function
	kContainer                   // a: container made at a fixed place
	kMade                        // a: op that makes a container when solved, b: containerKind and which of its containers
	kModule                      // a: module
	kOutside                     // a: dotted name: a module, class, function outside the tree
	kForeign                     // a: dotted name of a class outside the tree: an instance
	// a: dotted name of an attribute of an instance of a class outside the tree, b: how many attributes deep
	kMember
	kOpaque     // a: dotted name of a function outside the tree: what it returns
	kBound      // a: function or wrapped object, b: receiver
	kWrapped    // a: function, b: the function that a decorator of the tree puts in its place
	kProperty   // a: getter
	kGenerator  // a: generator function
	kManager    // a: context manager function
	kSuper      // a: class, b: receiver
	kPartial    // a: site of the call of partial
	kMethod     // a: object, b: name: a method of a container or generator
	kTypeVar    // a: its container
	kDescriptor // a: site of property(...)
	kClosing    // a: site of closing(...)
)

type object struct {
	kind objectKind
	a, b int32
}

// objects numbers all values. Classes, their instances, functions and containers of a fixed place come first, in the
// order of the program, so that they need no table.
type objects struct {
	nclasses, nfuncs, nallocs int32
	dynamic                   []object
	ids                       map[object]int32
	outside                   []string // dotted names
	outsideIDs                map[string]int32
}

func newObjects(p *program) *objects {
	return &objects{
		nclasses: int32(len(p.classes)), nfuncs: int32(len(p.funcs)), nallocs: int32(len(p.allocs)), ids: map[object]int32{},
		outsideIDs: map[string]int32{},
	}
}

func (t *objects) fixed() int32 { return 2*t.nclasses + t.nfuncs + t.nallocs }

func (t *objects) class(c int32) int32     { return c }
func (t *objects) instance(c int32) int32  { return t.nclasses + c }
func (t *objects) function(f int32) int32  { return 2*t.nclasses + f }
func (t *objects) container(a int32) int32 { return 2*t.nclasses + t.nfuncs + a }

func (t *objects) of(kind objectKind, a, b int32) int32 {
	o := object{kind, a, b}
	if id, ok := t.ids[o]; ok {
		return id
	}
	id := t.fixed() + int32(len(t.dynamic))
	t.dynamic = append(t.dynamic, o)
	t.ids[o] = id
	return id
}

func (t *objects) get(id int32) object {
	switch {
	case id < t.nclasses:
		return object{kClass, id, 0}
	case id < 2*t.nclasses:
		return object{kInstance, id - t.nclasses, 0}
	case id < 2*t.nclasses+t.nfuncs:
		return object{kFunc, id - 2*t.nclasses, 0}
	case id < t.fixed():
		return object{kContainer, id - 2*t.nclasses - t.nfuncs, 0}
	}
	return t.dynamic[id-t.fixed()]
}

// dotted numbers a name outside the tree.
func (t *objects) dotted(name string) int32 {
	if id, ok := t.outsideIDs[name]; ok {
		return id
	}
	id := int32(len(t.outside))
	t.outside = append(t.outside, name)
	t.outsideIDs[name] = id
	return id
}

// maxDotted bounds names that are made from others, in bytes.
const maxDotted = 200

func (t *objects) named(name string) int32 {
	if len(name) > maxDotted {
		name = name[:maxDotted]
	}
	return t.of(kOutside, t.dotted(name), 0)
}

func (t *objects) foreign(class string) int32 { return t.of(kForeign, t.dotted(class), 0) }
