package engine

// noSignal is no flag here: a program that does not ignore SIGPIPE (CPython does) sets SO_NOSIGPIPE on its sockets.
const noSignal = 0
