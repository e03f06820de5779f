// Command aiohub finds where Python code uses eventlet and helps to move it to asyncio.
package main

import (
	"os"

	"aiohub/internal/commands/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
