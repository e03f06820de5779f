package callgraph_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a database wrapper gives has the functions of the modules that the strings in its table name.
func TestModulesNamedInATable(t *testing.T) {
	for _, test := range []struct{ name, api string }{
		{"a constant of the module", "from oslo_db.api import DBAPI\n_MAPPING = {'sqlalchemy': 'pkg.db.impl'}\nIMPL = DBAPI.from_config(None, backend_mapping=_MAPPING, lazy=True)"},
		{"written in the call", "from oslo_db import api\nIMPL = api.DBAPI('sqlalchemy', backend_mapping={'sqlalchemy': 'pkg.db.impl'})"},
		{"by position", "from oslo_db import api as db_api\nIMPL = db_api.DBAPI('sqlalchemy', {'other': 'elsewhere.impl', 'sqlalchemy': 'pkg.db.impl'})"},
		{"with a thread pool", "from oslo_db import concurrency\n_M = {'sqlalchemy': 'pkg.db.impl'}\nIMPL = concurrency.TpoolDbapiWrapper(None, backend_mapping=_M)"},
		{"made by a function", "from oslo_db.api import DBAPI\ndef mapping():\n    return {'sqlalchemy': 'pkg.db.impl'}\nIMPL = DBAPI.from_config(None, backend_mapping=mapping())"},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range map[string]string{
				"pkg/__init__.py": "", "pkg/db/__init__.py": "",
				"pkg/db/api.py":  test.api + "\ndef get(key):\n    return IMPL.get(key)\ndef gone(key):\n    return IMPL.gone(key)\n",
				"pkg/db/impl.py": "def get(key):\n    return load(key)\ndef load(key):\n    pass\n",
			} {
				path := filepath.Join(root, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			g := build(t, root, 1, false)
			var got []string
			for _, e := range g.Edges {
				if from := &g.Funcs[e.From]; e.Certain && (from.Qual == "get" || from.Qual == "gone") {
					got = append(got, from.Name()+" "+g.Funcs[e.To].Name())
				}
			}
			slices.Sort(got)
			if want := "pkg.db.api:get pkg.db.impl:get, pkg.db.impl:get pkg.db.impl:load"; strings.Join(got, ", ") != want {
				t.Errorf("got %v, want %s", got, want)
			}
		})
	}
}
