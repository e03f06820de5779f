package scan

import (
	"regexp"
	"strings"

	"aiohub/internal/program/knowledge"
)

// installedBy finds eventlet, and aiohub, among what a command installs: offsets by distribution.
func installedBy(words []word) map[int]string {
	found := map[int]string{}
	installing, installer, system := false, false, false
	for i, w := range words {
		switch {
		case w.text == newCommand || w.text == newLine && !isListed(words[i+1:]):
			installing, installer, system = false, false, false
		case installing:
			name, at := w.text, w.at
			if system {
				prefix := len(packagePrefix.FindString(name))
				if prefix == 0 {
					continue
				}
				name, at = name[prefix:], at+prefix
			}
			if distribution := required(name); distribution != "" && (i == 0 || !takesName[words[i-1].text]) {
				found[at] = distribution
			}
		case installers.MatchString(w.text):
			installer = true
		case systemInstallers.MatchString(w.text):
			installer, system = true, true
		case installer && (w.text == "install" || w.text == "add" || system && strings.HasPrefix(w.text, "-S")):
			installing = true
		case i > 0 && strings.HasSuffix(words[i-1].text, "easy_install"):
			installing = true
		}
	}
	return found
}

var installers = regexp.MustCompile(`(^|/)(pip[0-9.]*|uv|poetry|pipenv|pdm|rye|conda|mamba|micromamba|easy_install)$`)

// What a system installs has the distribution's name behind a prefix: python3-eventlet, py3-eventlet.
var (
	systemInstallers = regexp.MustCompile(`(^|/)(apt|apt-get|aptitude|dnf|microdnf|yum|apk|zypper|pacman)$`)
	packagePrefix    = regexp.MustCompile(`^(?:python[0-9.]*|py3)-`)
)

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
