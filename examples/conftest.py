"""What pytest is not to look into: the application that is to be ported has tests of its own, on a patched library."""

collect_ignore = ["courier"]
