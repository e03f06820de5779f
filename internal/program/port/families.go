package port

import _ "embed"

//go:embed families.txt
var familiesText string

// families groups canonical names as the statistics do.
var families = readPrefixes(familiesText)

// Family is the group of a canonical name.
func Family(canon string) string { return families.of(canon, "other") }
