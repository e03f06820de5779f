package knowledge

import "strings"

// Hold is what a call does to the event loop in whose thread it is made.
type Hold uint8

const (
	NoHold     Hold = iota
	Waits           // stops the loop until something happens
	WaitsMaybe      // does so only sometimes
	Files           // works on files
	Calculates      // calculates for long
)

// Holds says what a call of a name outside the tree does to an event loop. Names of eventlet are none: what they do
// depends on the hub.
func Holds(dotted string) Hold {
	if Is(dotted) {
		return NoHold
	}
	t := load()
	how, ok := t.onLoop[dotted]
	for end := strings.LastIndexByte(dotted, '.'); !ok && end > 0; end = strings.LastIndexByte(dotted[:end], '.') {
		how, ok = t.onLoop[dotted[:end]+".*"]
	}
	switch how {
	case "waits":
		return Waits
	case "file":
		return Files
	case "cpu":
		return Calculates
	}
	if _, blocks := Blocking(dotted); !blocks {
		return NoHold
	}
	if how == "brief" || belowAttribute(dotted) {
		return WaitsMaybe
	}
	return Waits
}

// belowAttribute tells whether a name is known by its class alone, and is no method of it: what an attribute of such an
// object is, the class does not say. A proxy has all names of what is at its other end.
func belowAttribute(dotted string) bool {
	t := load()
	if _, own := t.blocks[dotted]; own {
		return false
	}
	method := strings.LastIndexByte(dotted, '.')
	for end := method; end > 0; end = strings.LastIndexByte(dotted[:end], '.') {
		if _, ok := t.blockAll[dotted[:end]]; ok {
			class := dotted[strings.LastIndexByte(dotted[:end], '.')+1 : end]
			return end != method && class[0] >= 'A' && class[0] <= 'Z' && !strings.HasSuffix(class, "Proxy")
		}
	}
	return false
}
