package baseline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aiohub/internal/files/fence"
	"aiohub/internal/output/fault"
	"aiohub/internal/output/finding"
	"aiohub/internal/output/place"
)

func at(code, file string) finding.Finding {
	return finding.Finding{Place: place.Place{File: file}, Code: code}
}

func TestFileIsSortedWithOneLineForEachCount(t *testing.T) {
	counts := Count([]finding.Finding{
		at("AH102", "b.py"), at("AH102", "a.py"), at("AH101", "z<&>é.py"), at("AH102", "b.py"),
	})
	want := `{
  "version": 1,
  "counts": {
    "AH101": {
      "z<&>é.py": 1
    },
    "AH102": {
      "a.py": 1,
      "b.py": 2
    }
  }
}
`
	if diff := cmp.Diff(want, string(Format(counts))); diff != "" {
		t.Error(diff)
	}
	if got := string(Format(Counts{})); got != "{\n  \"version\": 1,\n  \"counts\": {}\n}\n" {
		t.Errorf("empty: %q", got)
	}
}

func TestWhatIsWrittenReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := Counts{}
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			code := rapid.StringMatching(`AH[0-9]{3}`).Draw(t, "code")
			file := rapid.StringN(1, 20, 40).Draw(t, "file")
			if counts.Of(code, file) == 0 {
				counts.add(code, file, rapid.IntRange(1, 1000).Draw(t, "count"))
			}
		}
		back, err := Parse(Format(counts), "b.json")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(counts, back); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFaultsNameTheLine(t *testing.T) {
	for _, test := range []struct{ content, want string }{
		{"", "b.json:1: the file ends too early"},
		{"[]", "b.json:1: the baseline has to be an object"},
		{"{\n  \"version\": 1,\n  \"count\": {}\n}", `b.json:3: unknown key "count"; the keys are version, counts`},
		{"{\n  \"version\": 2\n}", "b.json:2: version 2 is not known, this aiohub writes 1"},
		{"{\"counts\": {}}", "b.json:1: the version is missing"},
		{"{\n\"version\": 1,\n\"counts\": {\n\"AH101\": {\n\"a.py\": -1\n}}}", "b.json:5: a count has to be 1 or more; leave out what is 0"},
		{"{\n\"version\": 1,\n\"counts\": {\n\"AH101\": {\n\"a.py\": 1.5\n}}}", "b.json:5: a whole number has to stand here, not 1.5"},
		{"{\n\"version\": 1,\n\"counts\": {\n\"AH101\": {\n\"a.py\": \"1\"\n}}}", "b.json:5: a whole number has to stand here"},
		{"{\n\"version\": 1,\n\"counts\": {\n\"AH101\": {\n\"a.py\": 1,\n\"a.py\": 2\n}}}", `b.json:6: "a.py" stands here for the second time`},
		{"{\n\"version\": 1,\n\"counts\": {\n\"E501\": {}\n}}", `b.json:4: "E501" is no rule code`},
		{"{\n\"version\": 1,\n\"counts\": {\n<<<<<<< HEAD\n", "b.json:4: a merge conflict is not resolved"},
		{"{\n\"version\": 1,\n\"counts\": {\n=======\n", "b.json:4: a merge conflict is not resolved"},
		{"{\n\"version\": 1,\n||||||| 1a2b3c4\n", "b.json:3: a merge conflict is not resolved"},
		{"{\n\"version\": 1,\n\"counts\": {}\n}\n{}", "b.json:5: something follows the end"},
	} {
		_, err := Parse([]byte(test.content), "b.json")
		if err == nil || err.Error() != test.want || fault.Hint(err) == "" {
			t.Errorf("%q: %v (hint %q), want %s", test.content, err, fault.Hint(err), test.want)
		}
	}
	_, err := Parse([]byte("{\n\"version\": 1,\n\"counts\": {,}\n}"), "b.json")
	if err == nil || !strings.HasPrefix(err.Error(), "b.json:3: not JSON: ") {
		t.Errorf("%v", err)
	}
}

func TestNoInputPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := rapid.SliceOf(rapid.SampledFrom([]byte(`{}[]":,10AH.vercount <>`+"\n"))).Draw(t, "content")
		Parse(content, "b.json")
	})
}

func TestChanges(t *testing.T) {
	before := Counts{"AH101": {"a.py": 2, "b.py": 1}, "AH102": {"a.py": 1}}
	now := Counts{"AH101": {"a.py": 1, "c.py": 2}, "AH103": {"a.py": 1}}
	risen, fallen := before.Changes(now)
	if diff := cmp.Diff([]Change{{"AH101", "c.py", 0, 2}, {"AH103", "a.py", 0, 1}}, risen); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Change{{"AH101", "a.py", 2, 1}, {"AH101", "b.py", 1, 0}, {"AH102", "a.py", 1, 0}}, fallen); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"AH103"}, before.Grown(now)); diff != "" {
		t.Error(diff)
	}
}

func TestNarrowRunKeepsTheRest(t *testing.T) {
	before := Counts{"AH101": {"a.py": 2, "b.py": 1}, "AH102": {"a.py": 1}}
	looked := func(code, file string) bool { return code == "AH101" && file == "a.py" }
	merged := before.Merge(Counts{"AH101": {"a.py": 1}}, looked)
	if diff := cmp.Diff(Counts{"AH101": {"a.py": 1, "b.py": 1}, "AH102": {"a.py": 1}}, merged); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Counts{"AH101": {"a.py": 2}}, before.Only(looked)); diff != "" {
		t.Error(diff)
	}
}

func TestStoreTouchesNothingThatIsCurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.json")
	file, err := fence.Within(filepath.Dir(path), "b.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, exists, err := Load(file, "b.json"); exists || err != nil {
		t.Errorf("a missing baseline: %v, %v", exists, err)
	}
	counts := Counts{"AH101": {"a.py": 2}}
	if err := Store(file, counts); err != nil {
		t.Fatal(err)
	}
	first, _ := os.Stat(path)
	if err := Store(file, counts); err != nil {
		t.Fatal(err)
	}
	if second, _ := os.Stat(path); !os.SameFile(first, second) {
		t.Error("an unchanged baseline was replaced")
	}
	back, exists, err := Load(file, "b.json")
	if err != nil || !exists || cmp.Diff(counts, back) != "" {
		t.Errorf("%v %v %v", back, exists, err)
	}
}
