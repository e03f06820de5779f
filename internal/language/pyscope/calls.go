package pyscope

// Callee gives the last name of the function of a call, "" if it has none.
func (f *File) Callee(call *Node) string {
	switch n := &f.Nodes[call.A]; n.Kind {
	case NameNode:
		return f.Names[n.A]
	case AttrNode:
		return f.Names[n.B]
	}
	return ""
}

// Positional gives the i-th positional argument of a call, None if there is none or a *x comes before it.
func (f *File) Positional(call *Node, i int) Ref {
	for _, a := range f.Args[call.B : call.B+call.N] {
		if a.Name == Star {
			return None
		}
		if a.Name != None {
			continue
		}
		if i == 0 {
			return a.Value
		}
		i--
	}
	return None
}

// Keyword gives the value of a keyword argument of a call, None if there is none of that name.
func (f *File) Keyword(call *Node, name string) Ref {
	for _, a := range f.Args[call.B : call.B+call.N] {
		if a.Name >= 0 && f.Names[a.Name] == name {
			return a.Value
		}
	}
	return None
}

// Text gives the value of a string that the File kept.
func (f *File) Text(ref Ref) (string, bool) {
	if ref == None || f.Nodes[ref].Kind != StringNode {
		return "", false
	}
	return f.Names[f.Nodes[ref].A], true
}

// FuncAround gives the index of the innermost function whose body a scope is or lies in, None outside functions.
func (f *File) FuncAround(scope int32) int32 {
	for s := scope; s != None; s = f.Scopes[s].Parent {
		if fn := f.Scopes[s].Func; fn != None {
			return fn
		}
	}
	return None
}
