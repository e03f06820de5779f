package scan

import (
	"regexp"
	"slices"
	"strings"
)

// eventlet is chosen without a word of Python: `gunicorn -k eventlet`, `celery --pool=eventlet`, `worker_class =
// eventlet`.

// choice is one such place.
type choice struct {
	start, end int
	option     string // as written, without its value
}

// choices are values that choose eventlet, besides its name: the classes behind it.
var choices = regexp.MustCompile(
	`^(eventlet|egg:gunicorn#eventlet|gunicorn\.workers\.geventlet(\.\w+)?|celery\.concurrency\.eventlet([.:]\w+)?)$`)

// chooses are the last words of options and settings that say what runs a program's workers: --worker-class,
// CELERYD_POOL, async_mode.
var chooses = regexp.MustCompile(
	`(?i:(^|[-_.])(worker|workers|class|pool|pool[-_]cls|backend|server|engine|mode|executor|concurrency|loop|hub|type|async)$)` +
		`|[a-z](Worker|Class|Pool|Backend|Server|Engine|Mode|Executor|Concurrency|Loop|Hub|Type)$`,
)

// shortOptions are options of one letter, which mean this to one program only.
var shortOptions = map[string]string{"-k": "gunicorn", "-P": "celery"}

// programs are the ones whose options of one letter matter, or have to be told from those that do.
var programs = regexp.MustCompile(
	`(?i)(?:^|[^a-z])(gunicorn|celery|chaussette|pytest|py\.test|nosetests|stestr|testr|tox|grep|curl|pip|docker|ssh|tar|make)`,
)

// chosen finds the places where eventlet is chosen by an option or a setting.
func chosen(words []word) []choice {
	c := chooser{words: words}
	for i := range words {
		c.step(i)
	}
	return c.found
}

// chooser goes through the words of a file.
type chooser struct {
	words   []word
	found   []choice
	program string // named last
	option  string // whose value comes next
	list    string // whose values go on
	depth   int    // of brackets around the option, where it is a setting
}

func (c *chooser) step(i int) {
	w := c.words[i]
	switch {
	case w.text == newCommand:
		c.program, c.option = "", ""
	case w.text == newLine:
		// A program's name is on the lines before where a list has one word a line.
		if w.depth == 0 && !isListed(c.words[i+1:]) {
			c.option = ""
		}
	case assigns[w.text]:
		name := settingBefore(c.words[:i])
		c.set(i, name, named(c.words[:i], name))
	case w.text == "-" || w.text == "$":
	default:
		c.see(w)
		c.next(i)
	}
}

// assigns are the words that stand between a setting and its value; := and the like are make's.
var assigns = map[string]bool{"=": true, ":": true, ":=": true, "::=": true, "?=": true, "+=": true}

// set begins the value of a setting, which is also known by another name.
func (c *chooser) set(i int, setting, name string) {
	c.option, c.list, c.depth = name, listed(setting), c.words[i].depth
}

// see looks at a word as a value.
func (c *chooser) see(w word) {
	add := func(value, option string) {
		at := w.at + len(w.text) - len(value)
		c.found = append(c.found, choice{at, at + len(value), strings.TrimRight(option, ":+!?")})
	}
	if found := programs.FindStringSubmatch(w.text); found != nil && !strings.HasPrefix(w.text, "-") {
		c.program = strings.ToLower(found[1])
	}
	name, value, assigned := assignment(w.text)
	switch {
	case choices.MatchString(value) && c.option != "" && isDefault(w.text) && isOption(c.option, c.program):
		add(value, c.option)
	case choices.MatchString(value) && assigned && isOption(name, c.program):
		add(value, name)
	case choices.MatchString(w.text) && c.option != "" && isOption(c.option, c.program):
		add(w.text, c.option)
	case choices.MatchString(w.text) && c.list != "":
		add(w.text, c.list)
	}
	short := w.text[:min(2, len(w.text))]
	if shortOptions[short] == c.program && c.program != "" && choices.MatchString(w.text[2:]) {
		add(w.text[2:], short)
	}
}

// next makes out whose value follows a word.
func (c *chooser) next(i int) {
	w := c.words[i]
	name, value, assigned := assignment(w.text)
	switch {
	case assigned && value == "":
		c.set(i, name, named(c.words[:i], name))
	case strings.HasPrefix(w.text, "-"):
		c.option, c.list = w.text, ""
	case assigned && strings.HasPrefix(value, "-"):
		c.option, c.list = value, "" // GUNICORN_CMD_ARGS=-k eventlet
	case i > 0 && c.words[i-1].text == "ENV":
		c.option = w.text // of a Dockerfile: ENV NAME value
	case !assigned && !strings.HasPrefix(c.option, "-") && (w.depth > c.depth || i > 0 && c.words[i-1].text == "-"):
		// One of the values of a setting that has a list of them.
	default:
		c.option = ""
		if assigned {
			c.list = ""
		}
	}
}

// isListed tells whether the line that begins is one word, be it an element of a list or in brackets: a longer element is
// a command of its own.
func isListed(rest []word) bool {
	if len(rest) > 0 && rest[0].text == "-" {
		return len(rest) == 1 || len(rest) == 2 || rest[2].text == newLine
	}
	return len(rest) > 1 && rest[1].text == newLine
}

// named is the name of a variable whose value stands beside it, as a name and a value of a container's environment; any
// other setting is its own name.
func named(words []word, setting string) string {
	if setting != "value" {
		return setting
	}
	if above := withoutLines(words); len(above) > 2 && above[len(above)-2].text == ":" {
		return above[len(above)-3].text // {"WORKER_CLASS": {"value": "eventlet"}}
	}
	for i := len(words) - 1; i >= max(0, len(words)-8); i-- {
		if key := strings.TrimSuffix(words[i].text, ":"); key != "name" && key != "key" {
			continue
		}
		for _, w := range words[i+1:] {
			if w.text != ":" {
				return w.text
			}
		}
	}
	return setting
}

// withoutLines gives the last words without the ends of lines among them.
func withoutLines(words []word) []word {
	last := slices.Clone(words[max(0, len(words)-6):])
	return slices.DeleteFunc(last, func(w word) bool { return w.text == newLine })
}

// settingBefore is the name in front of an assignment that stands apart.
func settingBefore(words []word) string {
	if len(words) == 0 || words[len(words)-1].text == newLine {
		return ""
	}
	return words[len(words)-1].text
}

// listed gives a name back if it is that of a setting with several values: coverage has to know of all that switch.
func listed(name string) string {
	if name == "concurrency" {
		return name
	}
	return ""
}

// isDefault tells whether a word is what a variable is if it is not set: of the shell's, or of tox.
func isDefault(text string) bool {
	return strings.Contains(text, ":-") || strings.HasPrefix(text, "env:")
}

// assignment splits --name=value, name=value and name: value. A default, ${NAME:-value} or {env:NAME:value}, is a value
// as well.
func assignment(text string) (name, value string, ok bool) {
	if variable, found := strings.CutPrefix(text, "env:"); found {
		name, value, ok = strings.Cut(variable, ":")
		return name, value, ok
	}
	if i := strings.Index(text, ":-"); i >= 0 {
		if j := strings.IndexByte(text[:i], '='); j >= 0 {
			return text[:j], text[i+2:], true
		}
		return strings.TrimLeft(text[:i], "$"), text[i+2:], true
	}
	if i := strings.LastIndexByte(text, '='); i > 0 {
		name := text[:i]
		return name[strings.LastIndexByte(name, '=')+1:], strings.TrimPrefix(text[i+1:], "$"), true // Environment=NAME=value
	}
	if name, ok := strings.CutSuffix(text, ":"); ok && name != "" {
		return name, "", true
	}
	return text, "", false
}

// isOption tells whether the value of an option or a setting says what runs the workers.
func isOption(name, program string) bool {
	if strings.HasPrefix(name, "-") {
		name, _, _ = strings.Cut(name, ":") // -P:worker1, of celery multi
	}
	if needs, short := shortOptions[name]; short {
		return needs == program
	}
	if strings.HasPrefix(name, "-") && !strings.HasPrefix(name, "--") {
		return false
	}
	return chooses.MatchString(strings.TrimRight(name, ":+!?"))
}
