package port

import _ "embed"

//go:embed remedies.txt
var remediesText string

var remedies = readPrefixes(remediesText)

// remedy says what to do instead of something that has no twin.
func remedy(canon string) string { return remedies.of(canon, "asyncio has no twin of it") }
