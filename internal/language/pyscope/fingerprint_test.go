package pyscope

import "testing"

// What moves code leaves the fingerprint, what changes it does not.
func TestFingerprint(t *testing.T) {
	const source = "import a.b as c\nclass A(c.B, metaclass=M):\n    x = 1\n    y = x\n    def f(self, p: c.D = 1):\n        self.z = p\n        return c.g(p, k=True)\n"
	same, room := build(source).Fingerprint(nil)
	for _, moved := range []string{
		"# more\n" + source, source + "\n# end\n",
		"import a.b  as  c\n\n\nclass A( c.B, metaclass = M ):\n    'doc'\n    x = 2\n    y = x\n\n    def f(self, p: c.D = 1):\n        self.z = p  # why\n        return c.g(p, k = True)\n",
	} {
		if got, _ := build(moved).Fingerprint(room); got != same {
			t.Errorf("another fingerprint: %q", moved)
		}
	}
	for _, changed := range []string{
		source + "z = 1\n",
		"import a.b as d\nclass A(d.B, metaclass=M):\n    x = 1\n    y = x\n    def f(self, p: d.D = 1):\n        self.z = p\n        return d.g(p, k=True)\n",
		"import a.b as c\nclass A(c.B, metaclass=M):\n    y = x\n    x = 1\n    def f(self, p: c.D = 1):\n        self.z = p\n        return c.g(p, k=True)\n",
		"import a.b as c\nclass A(c.B, metaclass=M):\n    x = 1\n    y = x\n    def f(self, p: c.D = 1):\n        self.z = p\n        return c.g(p, k=False)\n",
		"import a.b as c\nclass A(c.B, metaclass=M):\n    x = 1\n    y = x\n    def f(self, p: c.D = 1):\n        self.z = p\n        c.g(p, k=True)\n",
		"import a.b as c\nclass A(c.B, metaclass=M):\n    x = 1\n    y = x\n    @property\n    def f(self, p: c.D = 1):\n        self.z = p\n        return c.g(p, k=True)\n",
	} {
		if got, _ := build(changed).Fingerprint(room); got == same {
			t.Errorf("the same fingerprint: %q", changed)
		}
	}
}
