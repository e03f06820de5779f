package callgraph

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"aiohub/internal/walk"
)

func (s *solver) show(value int32) string {
	o := s.get(value)
	switch o.kind {
	case kClass:
		return "class " + s.classes[o.a].qual
	case kInstance:
		return "inst " + s.classes[o.a].qual
	case kFunc:
		return "func " + s.funcs[o.a].qual
	case kOutside:
		return "out " + s.outside[o.a]
	case kForeign:
		return "foreign " + s.outside[o.a]
	case kOpaque:
		return "opaque " + s.outside[o.a]
	case kBound:
		return "bound " + s.show(o.a) + " to " + s.show(o.b)
	case kGenerator:
		return "gen " + s.funcs[o.a].qual
	case kManager:
		return "cm " + s.funcs[o.a].qual
	case kModule:
		return "module"
	case kWrapped:
		return "wrapped " + s.show(o.a)
	}
	return fmt.Sprint("obj ", o.kind, " ", o.a, " ", o.b)
}

func TestDebugFlow(t *testing.T) {
	tree, want := os.Getenv("FLOW_TREE"), os.Getenv("FLOW")
	if tree == "" {
		t.Skip()
	}
	found, _ := walk.Tree(context.Background(), tree, walk.Options{NoGitignore: true, Workers: 2})
	debugSolver = func(s *solver) {
		parts := strings.Split(want, "@") // value @ function name : line
		val, where := parts[0], parts[1]
		line := 0
		name, l, _ := strings.Cut(where, "%")
		fmt.Sscan(l, &line)
		defs := map[int32]string{}
		for i := range s.ops {
			o := &s.ops[i]
			if o.dst >= 0 && o.kind != opPut {
				if _, ok := defs[o.dst]; !ok || o.kind != opCopy {
					defs[o.dst] = fmt.Sprintf("%s:%d op%d", s.funcs[o.fn].qual, s.line(s.fileOf(int32(i)), o.pos), o.kind)
				}
			}
		}
		for f := range s.funcs {
			defs[s.funcs[f].result] = "result " + s.funcs[f].qual
			defs[s.funcs[f].yields] = "yields " + s.funcs[f].qual
			for _, p := range s.funcs[f].params {
				defs[p.variable] = "param " + s.names[p.name] + " of " + s.funcs[f].qual
			}
		}
		for k, v := range s.attrs {
			defs[v] = "attr " + s.classes[k.a].qual + "." + s.names[k.b]
		}
		for k, v := range s.views {
			defs[v] = "view " + s.classes[k.a].qual + "." + s.names[k.b]
		}
		for o, f := range s.fields {
			for _, v := range f.vars {
				defs[v.variable] = fmt.Sprintf("field %d of %s", v.field, s.show(o))
			}
		}
		back := map[int32][]int32{}
		for v := range s.vars {
			for l := s.vars[v].first; l != none; l = s.links[l].next {
				if s.links[l].kind == lCopy {
					back[s.links[l].to] = append(back[s.links[l].to], int32(v))
				}
				if s.links[l].kind == lBind {
					back[s.ops[s.links[l].to].dst] = append(back[s.ops[s.links[l].to].dst], int32(v))
				}
			}
		}
		for i := range s.ops {
			o := &s.ops[i]
			if !strings.HasSuffix(s.funcs[o.fn].qual, name) || line > 0 && s.line(s.fileOf(int32(i)), o.pos) != line {
				continue
			}
			if o.kind == opPut || o.kind == opFunc || o.kind == opAlloc || o.kind == opClass || o.kind == opImport {
				continue
			}
			if o.a < 0 || int(o.a) >= len(s.vars) {
				continue
			}
			for _, v := range s.vars[o.a].values {
				if strings.Contains(s.show(v), val) {
					fmt.Printf("op %d line %d has %s\n", o.kind, s.line(s.fileOf(int32(i)), o.pos), s.show(v))
					seen := map[int32]int32{o.a: -1}
					q := []int32{o.a}
					var last int32 = o.a
					for len(q) > 0 {
						x := q[0]
						q = q[1:]
						last = x
						for _, b := range back[x] {
							if _, ok := seen[b]; ok {
								continue
							}
							for _, w := range s.vars[b].values {
								if w == v {
									seen[b] = x
									q = append(q, b)
									break
								}
							}
						}
					}
					for x := last; x >= 0; x = seen[x] {
						d := defs[x]
						if d == "" {
							d = "?"
						}
						fmt.Println("     ", d, len(s.vars[x].values))
					}
				}
			}
			if want == "" {
				break
			}
		}
	}
	Build(context.Background(), Input{Root: tree, Files: found.Files, Workers: 2})
}
