"""What pytest is not to look into: the application that is there to be ported has tests of its own, on a patched standard library."""

collect_ignore = ["courier"]
