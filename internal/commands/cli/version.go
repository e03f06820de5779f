package cli

// Version is set when the program is linked; see the Makefile.
var Version = "0.1.0.dev0"
