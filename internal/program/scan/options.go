package scan

import (
	"regexp"
	"strings"

	"aiohub/internal/program/knowledge"
)

// eventlet is chosen without a word of Python: `gunicorn -k eventlet`, `celery --pool=eventlet`, `worker_class =
// eventlet`.

// choice is one such place.
type choice struct {
	start, end int
	option     string // as written, without its value
}

// choices are values that choose eventlet, besides its name: the classes behind it.
var choices = regexp.MustCompile(`^(eventlet|egg:gunicorn#eventlet|gunicorn\.workers\.geventlet(\.\w+)?|celery\.concurrency\.eventlet([.:]\w+)?)$`)

// chooses are the last words of options and settings that say what runs a program's workers: --worker-class,
// CELERYD_POOL, async_mode.
var chooses = regexp.MustCompile(
	`(?i:(^|[-_.])(worker|workers|class|pool|pool[-_]cls|backend|server|engine|mode|executor|concurrency|loop|hub|type|async)$)` +
		`|[a-z](Worker|Class|Pool|Backend|Server|Engine|Mode|Executor|Concurrency|Loop|Hub|Type)$`)

// shortOptions are options of one letter, which mean this to one program only.
var shortOptions = map[string]string{"-k": "gunicorn", "-P": "celery"}

// programs are the ones whose options of one letter matter, or have to be told from those that do.
var programs = regexp.MustCompile(`(?i)(?:^|[^a-z])(gunicorn|celery|chaussette|pytest|py\.test|nosetests|stestr|testr|tox|grep|curl|pip|docker|ssh|tar|make)`)

// chosen finds the places where eventlet is chosen by an option or a setting.
func chosen(words []word) []choice {
	var found []choice
	add := func(w word, value, option string) {
		at := w.at + len(w.text) - len(value)
		found = append(found, choice{at, at + len(value), option})
	}
	program := "" // named last
	option := ""  // whose value comes next
	list := ""    // whose values go on
	for i, w := range words {
		switch {
		case w.text == newCommand:
			program, option = "", ""
			continue
		case w.text == newLine:
			// A program's name is on the lines before where a list has one word a line.
			if !isListed(words[i+1:]) {
				option = ""
			}
			continue
		case w.text == "-" || w.text == "$" || w.text == "=" || w.text == ":":
			if w.text == "=" || w.text == ":" {
				option, list = named(words[:i], settingBefore(words[:i])), listed(settingBefore(words[:i]))
			}
			continue
		}
		if found := programs.FindStringSubmatch(w.text); found != nil && !strings.HasPrefix(w.text, "-") {
			program = strings.ToLower(found[1])
		}
		name, value, assigned := assignment(w.text)
		switch {
		case choices.MatchString(value) && option != "" && strings.Contains(w.text, ":-") && isOption(option, program):
			add(w, value, option)
		case choices.MatchString(value) && assigned && isOption(name, program):
			add(w, value, name)
		case choices.MatchString(w.text) && option != "" && isOption(option, program):
			add(w, w.text, option)
		case choices.MatchString(w.text) && list != "":
			add(w, w.text, list)
		}
		switch short := w.text[:min(2, len(w.text))]; {
		case shortOptions[short] == program && program != "" && choices.MatchString(w.text[2:]):
			add(w, w.text[2:], short)
		}
		switch {
		case assigned && value == "":
			option, list = named(words[:i], name), listed(name)
		case strings.HasPrefix(w.text, "-"):
			option, list = w.text, ""
		case assigned && strings.HasPrefix(value, "-"):
			option, list = value, "" // GUNICORN_CMD_ARGS=-k eventlet
		case i > 0 && words[i-1].text == "ENV":
			option = w.text // of a Dockerfile: ENV NAME value
		default:
			option = ""
			if assigned {
				list = ""
			}
		}
	}
	return found
}

// isListed tells whether the line that begins is an element of a list, or continues one in brackets.
func isListed(rest []word) bool {
	return len(rest) > 0 && (rest[0].text == "-" || len(rest) > 1 && rest[1].text == newLine)
}

// named is the name of a variable whose value stands beside it, as a name and a value of a container's environment; any
// other setting is its own name.
func named(words []word, setting string) string {
	if setting != "value" {
		return setting
	}
	for i := len(words) - 1; i >= max(0, len(words)-8); i-- {
		if key := strings.TrimSuffix(words[i].text, ":"); key != "name" {
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

// assignment splits --name=value, name=value and name: value. A default of the shell's, ${NAME:-value}, is a value as
// well.
func assignment(text string) (name, value string, ok bool) {
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
	if strings.HasPrefix(name, "-") && !strings.HasPrefix(name, "--") || strings.HasSuffix(name, "?") {
		return false
	}
	return chooses.MatchString(strings.TrimRight(name, ":+!"))
}

// installedBy finds eventlet, and aiohub, among what a command installs: offsets by distribution.
func installedBy(words []word) map[int]string {
	found := map[int]string{}
	installing, installer := false, false
	for i, w := range words {
		switch {
		case w.text == newCommand || w.text == newLine && !isListed(words[i+1:]):
			installing, installer = false, false
		case installing:
			if distribution := required(w.text); distribution != "" && (i == 0 || !takesName[words[i-1].text]) {
				found[w.at] = distribution
			}
		case installers.MatchString(w.text):
			installer = true
		case installer && (w.text == "install" || w.text == "add"):
			installing = true
		case i > 0 && strings.HasSuffix(words[i-1].text, "easy_install"):
			installing = true
		}
	}
	return found
}

var installers = regexp.MustCompile(`(^|/)(pip[0-9.]*|uv|poetry|pipenv|pdm|rye|conda|mamba|micromamba|easy_install)$`)

// takesName are options of installers behind which something else than what is installed is named.
var takesName = map[string]bool{"--no-binary": true, "--only-binary": true, "-r": true, "-c": true, "--extra": true, "--group": true, "-n": true, "--name": true, "-e": true, "-m": true}

// required gives the distribution that a requirement is about, "" if it is neither eventlet nor aiohub.
func required(text string) string {
	name := text
	if i := strings.IndexAny(text, "=<>!~;@ "); i >= 0 {
		name = text[:i]
	}
	switch strings.ToLower(name) {
	case knowledge.Root:
		return knowledge.Root
	case knowledge.Aiohub:
		return knowledge.Aiohub
	}
	return ""
}
