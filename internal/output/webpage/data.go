// Package webpage writes the report: one self-contained HTML file that says how far a port is, what comes next, and
// what was found.
//
// A page is a function of its Data alone: no clock, no host name, nothing from the network. Everything a reader needs
// is in the markup; the script only searches, filters and copies.
package webpage

// Data is all that a page shows. Its JSON form is what `aiohub report --output-format json` writes.
type Data struct {
	Version   int        `json:"version"`
	Project   string     `json:"project"`
	Tool      string     `json:"tool"`
	Functions Functions  `json:"functions"`
	Files     int        `json:"files"`
	Lines     int        `json:"lines"`
	Uses      int        `json:"uses"` // of eventlet
	History   []Point    `json:"history"`
	Packages  []Package  `json:"packages"`
	Arrows    []Arrow    `json:"arrows"`
	Programs  []Program  `json:"programs"`
	Steps     []Step     `json:"steps"`
	Questions []Question `json:"questions"`
	Rules     []Rule     `json:"rules"`
}

// Version is the version of the JSON form. It rises when a field changes its meaning or goes.
const Version = 1

// Functions counts functions by what becomes of them.
type Functions struct {
	All   int `json:"all"`
	Async int `json:"async"`
	Must  int `json:"must"`
	May   int `json:"may"`
	Faces int `json:"faces"`
}

// Point is the state at a commit, as the baseline committed there says.
type Point struct {
	Commit string         `json:"commit"`
	Date   string         `json:"date"` // of the commit, YYYY-MM-DD
	Total  int            `json:"total"`
	Rules  map[string]int `json:"rules"`
}

// Package is a node of the graph.
type Package struct {
	Name string `json:"name"`
	Functions
	Layer int `json:"-"`
	X, Y  int `json:"-"`
}

// Arrow says that functions of one package call functions of another that must become async. From and To index
// Packages.
type Arrow struct {
	From  int `json:"from"`
	To    int `json:"to"`
	Calls int `json:"calls"`
}

// Program is what is left to do for one entry point.
type Program struct {
	Entry    string    `json:"entry"`
	Must     int       `json:"must"`
	May      int       `json:"may"`
	Faces    int       `json:"faces"`
	Calls    int       `json:"calls"`
	Blocking []Blocker `json:"blocking"`
}

// Blocker counts calls of one name that only the patch makes green.
type Blocker struct {
	Name  string `json:"name"`
	Calls int    `json:"calls"`
}

// Step is a step of the plan.
type Step struct {
	Number    int        `json:"number"`
	Title     string     `json:"title"`
	Files     int        `json:"files"`
	Lines     int        `json:"lines"`
	Faces     int        `json:"faces"`
	Functions []Function `json:"functions"`
	Obstacles []Place    `json:"obstacles"`
}

// Function is one function of a step and why it is there.
type Function struct {
	Name   string `json:"name"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Place is something to look at.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Question is one that only the maintainer can answer.
type Question struct {
	Text  string `json:"text"`
	File  string `json:"file"`
	Line  int    `json:"line"`
	Moves int    `json:"moves"`
	Paste string `json:"paste"`
}

// Rule is a rule and what it found.
type Rule struct {
	Code     string    `json:"code"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Help     string    `json:"help"`
	Findings []Finding `json:"findings"`
}

// Finding is one place with its line of code; Caret is where in it, in characters, and Width how many.
type Finding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Help     string `json:"help"`
	Source   string `json:"source"`
	Before   string `json:"-"`
	Marked   string `json:"-"`
	After    string `json:"-"`
}
