package pysource

import "testing"

func TestFromUnicode(t *testing.T) {
	for text, want := range map[string]string{
		"é = 1\n":                              "é = 1\n",
		"#!/x\n# -*- coding: latin-1 -*-\né\n": "#!/x\n# -*- coding: utf-8 -*-\né\n",
		"# coding=gbk\n文 = 1\n":                "# coding=utf-8\n文 = 1\n",
		"# coding: utf-8\né\n":                 "# coding: utf-8\né\n",
		"# coding: ascii\né\n":                 "# coding: ascii\né\n", // wrong, and said
		"# coding: nothing\né\n":               "# coding: nothing\né\n",
		"x = 'coding: latin-1'\né\n":           "x = 'coding: latin-1'\né\n",
	} {
		if got := string(FromUnicode([]byte(text))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
