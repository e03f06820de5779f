package knowledge

import "strings"

// Aiohub is the top-level name of this project's runtime. A program that moves to it keeps using eventlet, by other
// names.
const Aiohub = "aiohub"

// greenName is where the runtime offers eventlet's names.
const greenName = Aiohub + ".green"

// proposal is the module in which the runtime offers two of its names once more.
const proposal = "eventlet_asyncio"

// Role says what a name outside the tree has to do with eventlet.
type Role uint8

const (
	None  Role = iota // nothing
	Own               // it is eventlet's, by whatever name
	Start             // it makes a program run on aiohub's hub
	Face              // it is between green threads and coroutines
)

// RoleOf says what a dotted name has to do with eventlet.
func RoleOf(dotted string) Role {
	if Is(dotted) {
		return Own
	}
	canon := Canon(dotted)
	t := load()
	for end := len(canon); end > 0; end = strings.LastIndexByte(canon[:end], '.') {
		if role, ok := t.roles[canon[:end]]; ok {
			return role
		}
	}
	return None
}

// Owns reports whether a dotted name is below eventlet or aiohub.
func Owns(dotted string) bool {
	top, _, _ := strings.Cut(dotted, ".")
	return Installed(top)
}

// Installed reports whether a top-level name is that of a distribution that programs using eventlet have installed.
func Installed(top string) bool { return top == Root || top == Aiohub || top == proposal }

// greenless gives the name in eventlet of one that aiohub offers.
func greenless(dotted string) string {
	if rest, ok := cutName(dotted, greenName); ok {
		return Root + rest
	}
	if rest, ok := cutName(dotted, proposal); ok {
		return Aiohub + rest
	}
	return dotted
}

// cutName cuts a dotted name off the start of another.
func cutName(dotted, start string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(dotted, start)
	return rest, ok && (rest == "" || rest[0] == '.')
}
