package port

import "strings"

// families groups canonical names as the statistics do; the first prefix that fits decides.
var families = []struct{ prefix, family string }{
	{"eventlet.greenthread.sleep", "sleep"},
	{"eventlet.greenthread.getcurrent", "getcurrent"},
	{"eventlet.greenthread.GreenThread", "GreenThread"},
	{"eventlet.greenthread.spawn", "spawn"},
	{"eventlet.greenthread.kill", "GreenThread"},
	{"eventlet.greenpool", "GreenPool"},
	{"eventlet.timeout", "Timeout"},
	{"eventlet.queue", "Queue"},
	{"eventlet.event", "Event"},
	{"eventlet.semaphore", "Semaphore"},
	{"eventlet.tpool.execute", "tpool.execute"},
	{"eventlet.tpool", "tpool.Proxy"},
	{"eventlet.patcher.monkey_patch", "monkey_patch"},
	{"eventlet.patcher", "patcher"},
	{"eventlet.wsgi", "wsgi"},
	{"eventlet.websocket", "wsgi"},
	{"eventlet.convenience", "wsgi"},
	{"eventlet.green.", "green"},
}

// Family is the group of a canonical name.
func Family(canon string) string {
	for _, f := range families {
		if strings.HasPrefix(canon, f.prefix) {
			return f.family
		}
	}
	return "other"
}
