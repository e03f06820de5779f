package engine

// monotonicClock is CLOCK_MONOTONIC, which x/sys lacks for this system.
const monotonicClock = 3
