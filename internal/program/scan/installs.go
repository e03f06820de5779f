package scan

import (
	"regexp"
	"strings"

	"aiohub/internal/program/knowledge"
)

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
var takesName = map[string]bool{"--no-binary": true, "--only-binary": true, "-r": true, "-c": true, "--extra": true,
	"--group": true, "-n": true, "--name": true, "-e": true, "-m": true}

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
